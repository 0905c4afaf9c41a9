// SPDX-License-Identifier: GPL-2.0-or-later
#include "state/tally_json.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "lib/macros.h"
#include "state/capture_json.h"

#define NUMBER_MAX (UINT64_C(1) << 50)

static const struct {
	const char *key;
	size_t at;
	bool is_optional; /* earlier versions did not write it */
} numbers[] = {
	{ "peaks", offsetof(struct tally, peaks_count) },
	{ "peaks_kib", offsetof(struct tally, peaks_kib) },
	{ "peak_highest_kib", offsetof(struct tally, peak_highest_kib) },
	{ "peak_lowest_kib", offsetof(struct tally, peak_lowest_kib) },
	{ "unproven_kib", offsetof(struct tally, unproven_kib) },
	{ "saved_in_kib", offsetof(struct tally, saved_in_kib) },
	{ "ran_out", offsetof(struct tally, ran_out_count) },
	{ "ran_out_kib", offsetof(struct tally, ran_out_kib) },
	{ "silent", offsetof(struct tally, silent_count) },
	{ "silent_kib", offsetof(struct tally, silent_kib) },
	{ "silent_once_kib", offsetof(struct tally, silent_once_kib) },
	{ "silent_once_at", offsetof(struct tally, silent_once_at), true },
};

#define NUMBERS ARRAY_SIZE(numbers)

void tally_print(struct json *json, const struct tally *tally)
{
	json_open(json, NULL, '{');
	json_str(json, "release", tally->release);
	json_str(json, "machine", tally->machine);
	if (tally->have_initrd)
		json_u64(json, "initrd_kib", tally->initrd_kib);
	for (size_t i = 0; i < NUMBERS; i++)
		json_u64(json, numbers[i].key,
			 *(const uint64_t *)((const char *)tally +
					     numbers[i].at));
	json_close(json, '}');
}

static bool get_text(const json_t *object, const char *key, char *out,
		     size_t size)
{
	const char *text = json_string_value(json_object_get(object, key));

	/* as a capture has it: other characters change with each writing */
	if (!text || !text[0] || strlen(text) >= size ||
	    !capture_id_is_plain(text))
		return false;
	strcpy(out, text);
	return true;
}

static bool get_number(const json_t *object, const char *key, uint64_t *out)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_integer(value) || json_integer_value(value) < 0 ||
	    (uint64_t)json_integer_value(value) > NUMBER_MAX)
		return false;
	*out = (uint64_t)json_integer_value(value);
	return true;
}

/* True if the numbers contradict each other, so they cannot be of captures. */
static bool contradicts(const struct tally *tally)
{
	return tally->peak_lowest_kib > tally->peak_highest_kib ||
	       tally->silent_kib > tally->silent_once_kib ||
	       (tally->peaks_count > 0 &&
		(tally->peaks_kib / tally->peaks_count <
			 tally->peak_lowest_kib ||
		 tally->peaks_kib / tally->peaks_count >
			 tally->peak_highest_kib));
}

int tally_of_json(const json_t *object, struct tally *out,
		  char why[static CAPTURE_ERROR_MAX])
{
	bool good;

	memset(out, 0, sizeof(*out));
	good = get_text(object, "release", out->release,
			sizeof(out->release)) &&
	       get_text(object, "machine", out->machine, sizeof(out->machine));
	out->have_initrd = json_object_get(object, "initrd_kib") != NULL;
	if (out->have_initrd)
		good = good &&
		       get_number(object, "initrd_kib", &out->initrd_kib);
	for (size_t i = 0; good && i < NUMBERS; i++)
		good = (numbers[i].is_optional &&
			!json_object_get(object, numbers[i].key)) ||
		       get_number(object, numbers[i].key,
				  (uint64_t *)((char *)out + numbers[i].at));
	if (good && !contradicts(out))
		return 0;
	snprintf(why, CAPTURE_ERROR_MAX, "tallies: not what they should be");
	return -EINVAL;
}
