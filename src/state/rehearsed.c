// SPDX-License-Identifier: GPL-2.0-or-later
#include "state/rehearsed.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "state/state.h"

#define BYTES_MAX 8192
#define NUMBERS	  7

/*
 * One line each: "WHEN RELEASE IMAGE_BYTES SAVED RESERVED_KIB PEAK_KIB
 * SMALLEST_KIB SECONDS STAND_INS"; SAVED is 0 or 1, a peak of 0 was not
 * measured.
 */
struct loading {
	struct rehearsed_list *out;
	bool damaged;
};

static void add(struct rehearsed_list *list, const struct rehearsed *one)
{
	if (list->count == REHEARSED_MAX)
		memmove(&list->item[0], &list->item[1],
			sizeof(*one) * --list->count);
	list->item[list->count++] = *one;
}

static void take_line(void *arg, const struct line *line)
{
	struct loading *loading = arg;
	struct rehearsed one = { 0 };
	struct text rest = line->text, word;
	uint64_t number[NUMBERS];
	bool good = text_take_word(&rest, one.when, sizeof(one.when)) &&
		    text_take_word(&rest, one.release, sizeof(one.release));

	for (size_t i = 0; good && i < NUMBERS; i++)
		good = text_word(&rest, &word) &&
		       !text_number(word, 10, &number[i]);
	if (!good) {
		loading->damaged = true;
		return;
	}
	one.image_bytes = number[0];
	one.saved = number[1] != 0;
	one.reserved_kib = number[2];
	one.have_peak = number[3] != 0;
	one.peak_kib = number[3];
	one.smallest_kib = number[4];
	one.seconds = number[5];
	one.stand_ins_count = number[6];
	add(loading->out, &one);
}

int rehearsed_load(const struct root *root, struct rehearsed_list *out)
{
	struct loading loading = { .out = out };
	int err;

	memset(out, 0, sizeof(*out));
	err = root_lines(root, BYTES_MAX, take_line, &loading, "%s/%s",
			 HISTORY_DIR, REHEARSED_NAME);
	if (err == -ENOENT || err == -ENOTDIR)
		return 0;
	if (!err && loading.damaged)
		err = -EINVAL;
	if (err)
		memset(out, 0, sizeof(*out));
	return err;
}

void rehearsed_print(FILE *to, const void *arg)
{
	const struct rehearsed_list *list = arg;

	for (size_t i = 0; i < list->count; i++) {
		const struct rehearsed *one = &list->item[i];

		fprintf(to,
			"%s %s %" PRIu64 " %d %" PRIu64 " %" PRIu64 " %" PRIu64
			" %" PRIu64 " %" PRIu64 "\n",
			one->when, one->release, one->image_bytes, one->saved,
			one->reserved_kib, one->have_peak ? one->peak_kib : 0,
			one->smallest_kib, one->seconds, one->stand_ins_count);
	}
}

int rehearsed_add(const struct root *root, const struct rehearsed *rehearsed)
{
	static struct rehearsed_list list;
	int err = rehearsed_load(root, &list);

	/* A damaged file is of no use: begin a new one. */
	if (err && err != -EINVAL)
		return err;
	add(&list, rehearsed);
	return state_write(root, HISTORY_DIR, REHEARSED_NAME, rehearsed_print,
			   &list);
}

const struct rehearsed *rehearsed_of(const struct rehearsed_list *list,
				     const char *release, uint64_t image_bytes)
{
	for (size_t i = list->count; i > 0; i--) {
		const struct rehearsed *one = &list->item[i - 1];

		if (!strcmp(one->release, release) &&
		    one->image_bytes == image_bytes)
			return one;
	}
	return NULL;
}
