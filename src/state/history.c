// SPDX-License-Identifier: GPL-2.0-or-later
#include "state/history.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "state/capture_json.h"

static void count(struct history *history, const struct capture *capture)
{
	if (capture->is_test)
		history->tests[capture->outcome]++;
	else
		history->crashes[capture->outcome]++;
}

static const char *const number_keys[CAPTURE_OUTCOMES] = { "saved", "failed",
							   "no_dump" };

/* Earlier versions kept no numbers: there are as many as are remembered. */
static void read_numbers(const json_t *numbers, uint64_t out[CAPTURE_OUTCOMES])
{
	for (unsigned int i = 0; i < CAPTURE_OUTCOMES; i++) {
		json_int_t number = json_integer_value(
			json_object_get(numbers, number_keys[i]));

		if (number > 0 && (uint64_t)number > out[i])
			out[i] = (uint64_t)number;
	}
}

static int of_json(const json_t *file, struct history *out,
		   char why[static CAPTURE_ERROR_MAX])
{
	const json_t *list = json_object_get(file, "captures");
	size_t size = json_array_size(list);

	if (json_integer_value(json_object_get(file, "schema")) != 1 ||
	    !json_is_array(list) || size > HISTORY_MAX) {
		snprintf(why, CAPTURE_ERROR_MAX, "not a history of schema 1");
		return -EINVAL;
	}
	out->captures = calloc(size + 1, sizeof(*out->captures));
	if (!out->captures)
		return -ENOMEM;
	for (size_t i = 0; i < size; i++) {
		if (capture_of_json(json_array_get(list, i), &out->captures[i],
				    why))
			return -EINVAL;
		count(out, &out->captures[i]);
	}
	out->count = size;
	read_numbers(json_object_get(file, "crashes"), out->crashes);
	read_numbers(json_object_get(file, "tests"), out->tests);
	return 0;
}

static int parse(const char *buf, size_t len, struct history *out,
		 char why[static CAPTURE_ERROR_MAX])
{
	json_t *file = json_loadb(buf, len, JSON_REJECT_DUPLICATES, NULL);
	int err;

	if (!file) {
		snprintf(why, CAPTURE_ERROR_MAX, "not JSON");
		return -EINVAL;
	}
	err = of_json(file, out, why);
	json_decref(file);
	if (err)
		history_free(out);
	return err;
}

int history_load(const struct root *root, struct history *out,
		 char why[static CAPTURE_ERROR_MAX])
{
	char *buf = malloc(HISTORY_BYTES_MAX);
	ssize_t len;
	int err;

	memset(out, 0, sizeof(*out));
	if (!buf)
		return -ENOMEM;
	len = root_read(root, buf, HISTORY_BYTES_MAX, "%s/%s", HISTORY_DIR,
			HISTORY_NAME);
	if (len < 0)
		snprintf(why, CAPTURE_ERROR_MAX, "%s", strerror((int)-len));
	err = len < 0 ? (int)len : parse(buf, (size_t)len, out, why);
	free(buf);
	return err == -ENOENT || err == -ENOTDIR ? 0 : err;
}

void history_free(struct history *history)
{
	free(history->captures);
	memset(history, 0, sizeof(*history));
}

/* Several "no-dump" in a row are judged by the first: it stays. */
static bool begins_run(const struct history *history)
{
	const struct capture *first = &history->captures[0];

	return history->count > 1 && first->outcome == CAPTURE_NO_DUMP &&
	       first[1].outcome == CAPTURE_NO_DUMP &&
	       !strcmp(first->machine, first[1].machine) &&
	       capture_same_line(first->release, first[1].release);
}

static void drop(struct history *history, size_t i)
{
	history->count--;
	memmove(&history->captures[i], &history->captures[i + 1],
		(history->count - i) * sizeof(history->captures[0]));
}

int history_add(struct history *history, const struct capture *capture,
		size_t limit)
{
	struct capture *more = realloc(history->captures,
				       (history->count + 1) * sizeof(*more));

	if (!more)
		return -ENOMEM;
	history->captures = more;
	more[history->count++] = *capture;
	count(history, capture);
	while (history->count > limit)
		drop(history, begins_run(history) ? 1 : 0);
	return 0;
}

uint64_t history_past_seconds(const struct history *history, size_t limit)
{
	size_t i = 0;

	if (history->count == 0 || history->count < limit)
		return 0;
	/* When a "no-dump" was noticed says nothing of the records. */
	while (i + 1 < history->count &&
	       history->captures[i].outcome == CAPTURE_NO_DUMP)
		i++;
	return capture_seconds(&history->captures[i]);
}

bool history_has(const struct history *history, const char *id)
{
	for (size_t i = 0; i < history->count; i++)
		if (!strcmp(history->captures[i].id, id))
			return true;
	return false;
}

static void print_numbers(struct json *json, const char *key,
			  const uint64_t numbers[CAPTURE_OUTCOMES])
{
	json_open(json, key, '{');
	for (unsigned int i = 0; i < CAPTURE_OUTCOMES; i++)
		json_u64(json, number_keys[i], numbers[i]);
	json_close(json, '}');
}

void history_print(FILE *to, const struct history *history)
{
	struct json json;

	json_begin(&json, to, true);
	json_open(&json, NULL, '{');
	json_u64(&json, "schema", 1);
	print_numbers(&json, "crashes", history->crashes);
	print_numbers(&json, "tests", history->tests);
	json_open(&json, "captures", '[');
	for (size_t i = 0; i < history->count; i++)
		capture_print(&json, NULL, &history->captures[i]);
	json_close(&json, ']');
	json_close(&json, '}');
	json_end(&json);
}
