// SPDX-License-Identifier: GPL-2.0-or-later
#include "state/history.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "state/capture_json.h"
#include "state/tally_json.h"

static void count(struct history *history, const struct capture *capture)
{
	if (capture->is_test)
		history->tests[capture->outcome]++;
	else
		history->crashes[capture->outcome]++;
}

/* True if list is absent, or an array of at most max items. */
static bool is_list(const json_t *list, size_t max)
{
	return !list || (json_is_array(list) && json_array_size(list) <= max);
}

/* calloc()ed room for all items of list, and for at least one. */
static void *room_for(const json_t *list, size_t size)
{
	return calloc(json_array_size(list) + 1, size);
}

static int read_captures(const json_t *list, struct history *out,
			 char why[static CAPTURE_ERROR_MAX])
{
	out->captures = room_for(list, sizeof(*out->captures));
	if (!out->captures)
		return -ENOMEM;
	for (size_t i = 0; i < json_array_size(list); i++, out->count++) {
		if (capture_of_json(json_array_get(list, i), &out->captures[i],
				    why))
			return -EINVAL;
		count(out, &out->captures[i]);
	}
	return 0;
}

static int read_tallies(const json_t *list, struct history *out,
			char why[static CAPTURE_ERROR_MAX])
{
	out->tallies = room_for(list, sizeof(*out->tallies));
	if (!out->tallies)
		return -ENOMEM;
	for (size_t i = 0; i < json_array_size(list); i++, out->tallies_count++)
		if (tally_of_json(json_array_get(list, i), &out->tallies[i],
				  why))
			return -EINVAL;
	return 0;
}

static int read_past(const json_t *list, struct history *out,
		     char why[static CAPTURE_ERROR_MAX])
{
	out->past = room_for(list, sizeof(*out->past));
	if (!out->past)
		return -ENOMEM;
	for (size_t i = 0; i < json_array_size(list); i++, out->past_count++) {
		const char *text = json_string_value(json_array_get(list, i));

		if (!text || strlen(text) != CAPTURE_IDENTITY_MAX - 1 ||
		    strspn(text, "0123456789abcdef") != strlen(text)) {
			snprintf(why, CAPTURE_ERROR_MAX, "past: not hashes");
			return -EINVAL;
		}
		strcpy(out->past[i], text);
	}
	return 0;
}

static const char *const number_keys[CAPTURE_OUTCOMES] = { "saved", "failed",
							   "no_dump" };

/* Earlier versions kept no counts: the remembered captures are counted then. */
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
	const json_t *captures = json_object_get(file, "captures");
	const json_t *tallies = json_object_get(file, "tallies");
	const json_t *past = json_object_get(file, "past");
	json_int_t schema = json_integer_value(json_object_get(file, "schema"));
	int err;

	if (schema > 1) {
		snprintf(why, CAPTURE_ERROR_MAX,
			 "of schema %" JSON_INTEGER_FORMAT
			 ", which only a newer version of kdump-dma can read",
			 schema);
		return -EPROTONOSUPPORT;
	}
	if (schema != 1 || !captures || !is_list(captures, HISTORY_MAX) ||
	    !is_list(tallies, HISTORY_TALLIES_MAX) ||
	    !is_list(past, HISTORY_PAST_MAX)) {
		snprintf(why, CAPTURE_ERROR_MAX, "not a history of schema 1");
		return -EINVAL;
	}
	err = read_captures(captures, out, why);
	if (!err)
		err = read_tallies(tallies, out, why);
	if (!err)
		err = read_past(past, out, why);
	read_numbers(json_object_get(file, "crashes"), out->crashes);
	read_numbers(json_object_get(file, "tests"), out->tests);
	return err;
}

int history_parse(const char *buf, size_t len, struct history *out,
		  char why[static CAPTURE_ERROR_MAX])
{
	json_t *file = json_loadb(buf, len, JSON_REJECT_DUPLICATES, NULL);
	int err;

	memset(out, 0, sizeof(*out));
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
	err = len < 0 ? (int)len : history_parse(buf, (size_t)len, out, why);
	free(buf);
	return err == -ENOENT || err == -ENOTDIR ? 0 : err;
}

void history_free(struct history *history)
{
	free(history->captures);
	free(history->tallies);
	free(history->past);
	memset(history, 0, sizeof(*history));
}

/* The tally for this capture. A new one replaces the oldest if there is no
 * room.
 */
static struct tally *tally_for(struct history *history,
			       const struct capture *capture)
{
	struct tally *more;

	for (size_t i = 0; i < history->tallies_count; i++)
		if (tally_is_of(&history->tallies[i], capture))
			return &history->tallies[i];
	if (history->tallies_count == HISTORY_TALLIES_MAX)
		memmove(history->tallies, history->tallies + 1,
			--history->tallies_count * sizeof(*more));
	more = realloc(history->tallies,
		       (history->tallies_count + 1) * sizeof(*more));
	if (!more)
		return NULL;
	history->tallies = more;
	more += history->tallies_count++;
	memset(more, 0, sizeof(*more));
	return more;
}

static int remember_past(struct history *history, const struct capture *capture)
{
	char(*more)[CAPTURE_IDENTITY_MAX];

	if (history->past_count == HISTORY_PAST_MAX)
		memmove(history->past, history->past + 1,
			--history->past_count * sizeof(*more));
	more = realloc(history->past,
		       (history->past_count + 1) * sizeof(*more));
	if (!more)
		return -ENOMEM;
	history->past = more;
	capture_identity(capture, more[history->past_count++]);
	return 0;
}

static int drop_oldest(struct history *history, const struct tally_rules *rules)
{
	const struct capture *oldest = &history->captures[0];
	struct tally *tally = NULL;

	/* A capture without release or machine belongs to no kernel line. */
	if (oldest->release[0] && oldest->machine[0]) {
		tally = tally_for(history, oldest);
		if (!tally)
			return -ENOMEM;
		tally_capture(tally, oldest, rules);
	}
	if (remember_past(history, oldest))
		return -ENOMEM;
	memmove(&history->captures[0], &history->captures[1],
		--history->count * sizeof(history->captures[0]));
	return 0;
}

int history_add(struct history *history, const struct capture *capture,
		size_t limit, const struct tally_rules *rules)
{
	struct capture *more = realloc(history->captures,
				       (history->count + 1) * sizeof(*more));
	int err = 0;

	if (!more)
		return -ENOMEM;
	history->captures = more;
	more[history->count++] = *capture;
	count(history, capture);
	while (!err && history->count > limit)
		err = drop_oldest(history, rules);
	return err;
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

size_t history_order(const struct history *history,
		     const struct capture *capture)
{
	char wanted[CAPTURE_IDENTITY_MAX], other[CAPTURE_IDENTITY_MAX];

	capture_identity(capture, wanted);
	for (size_t i = 0; i < history->count; i++) {
		capture_identity(&history->captures[i], other);
		if (!strcmp(wanted, other))
			return history->past_count + i + 1;
	}
	for (size_t i = 0; i < history->past_count; i++)
		if (!strcmp(wanted, history->past[i]))
			return i + 1;
	return 0;
}

bool history_knows(const struct history *history, const struct capture *capture)
{
	return history_order(history, capture) != 0;
}

void history_print(FILE *to, const void *arg)
{
	const struct history *history = arg;
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
	if (history->tallies_count) {
		json_open(&json, "tallies", '[');
		for (size_t i = 0; i < history->tallies_count; i++)
			tally_print(&json, &history->tallies[i]);
		json_close(&json, ']');
	}
	if (history->past_count)
		json_strings(&json, "past", history->past, history->past_count);
	json_close(&json, '}');
	json_end(&json);
}
