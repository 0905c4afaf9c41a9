// SPDX-License-Identifier: GPL-2.0-or-later
#include "peers/boot_words.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config/crashkernel.h"

#define FILE_BYTES_MAX (128 * 1024)
#define NAME	       "crashkernel="

static void add(struct boot_words *words, struct text value)
{
	size_t size = sizeof(words->text) - words->len;
	int n = snprintf(words->text + words->len, size, "%s" NAME "%.*s",
			 words->len ? " " : "", (int)value.len, value.at);

	if (n < 0 || (size_t)n >= size)
		words->err = -ENOSPC;
	else
		words->len += (size_t)n;
}

/* Take a value, which ends at a blank or a quote. */
static void take_value(struct boot_words *words, struct text *rest)
{
	struct text value = { rest->at, 0 };
	struct crashkernel parsed;

	while (value.len < rest->len &&
	       !memchr(" \t\"'`\\", value.at[value.len], 6))
		value.len++;
	rest->at += value.len;
	rest->len -= value.len;
	if (text_contains(value, "$") || !crashkernel_parse(value, &parsed))
		add(words, value);
}

static void look_at(void *arg, const struct line *line)
{
	struct boot_words *words = arg;
	struct text rest = text_trim(line->text);

	if (text_starts(rest, "#"))
		return;
	while (rest.len) {
		if (text_skip(&rest, NAME)) {
			take_value(words, &rest);
			continue;
		}
		rest.at++;
		rest.len--;
	}
}

void boot_words_note(struct boot_words *words, int err)
{
	if (err && err != -ENOENT && !words->err)
		words->err = err;
}

void boot_words_add_file(const struct root *root, const char *path,
			 struct boot_words *words)
{
	boot_words_note(words, root_lines(root, FILE_BYTES_MAX, look_at, words,
					  "%s", path));
}
