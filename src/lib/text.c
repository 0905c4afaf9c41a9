// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/text.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/number.h"

struct text text_of(const char *string)
{
	return (struct text){ string, strlen(string) };
}

bool text_equal(struct text text, const char *string)
{
	size_t len = strlen(string);

	return text.len == len && memcmp(text.at, string, len) == 0;
}

bool text_same(struct text one, struct text other)
{
	return one.len == other.len && memcmp(one.at, other.at, one.len) == 0;
}

bool text_starts(struct text text, const char *prefix)
{
	size_t len = strlen(prefix);

	return text.len >= len && memcmp(text.at, prefix, len) == 0;
}

bool text_ends(const char *string, const char *suffix)
{
	size_t len = strlen(string), end = strlen(suffix);

	return len > end && strcmp(string + len - end, suffix) == 0;
}

bool text_only(struct text text, const char *others)
{
	for (size_t i = 0; i < text.len; i++)
		if (!isalnum((unsigned char)text.at[i]) &&
		    !memchr(others, text.at[i], strlen(others)))
			return false;
	return true;
}

bool text_has_word(struct text text, const char *prefix)
{
	struct text word;

	while (text_word(&text, &word))
		if (text_starts(word, prefix))
			return true;
	return false;
}

bool text_has_line(struct text text, const char *wanted)
{
	struct text line;

	while (text_split(&text, '\n', &line))
		if (text_equal(line, wanted))
			return true;
	return false;
}

bool text_contains(struct text text, const char *needle)
{
	return memmem(text.at, text.len, needle, strlen(needle)) != NULL;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

struct text text_trim(struct text text)
{
	while (text.len > 0 && is_blank(text.at[0])) {
		text.at++;
		text.len--;
	}
	while (text.len > 0 && is_blank(text.at[text.len - 1]))
		text.len--;
	return text;
}

bool text_word(struct text *rest, struct text *word)
{
	size_t len = 0;

	*rest = text_trim(*rest);
	if (rest->len == 0)
		return false;
	while (len < rest->len && !is_blank(rest->at[len]))
		len++;
	*word = (struct text){ rest->at, len };
	rest->at += len;
	rest->len -= len;
	return true;
}

bool text_take_word(struct text *rest, char *to, size_t size)
{
	struct text word;

	if (!text_word(rest, &word) || word.len >= size)
		return false;
	text_copy(word, to, size);
	return true;
}

bool text_split(struct text *rest, char separator, struct text *part)
{
	const char *end;

	if (rest->len == 0)
		return false;
	end = memchr(rest->at, separator, rest->len);
	if (!end) {
		*part = *rest;
		rest->at += rest->len;
		rest->len = 0;
		return true;
	}
	*part = (struct text){ rest->at, (size_t)(end - rest->at) };
	rest->len -= part->len + 1;
	rest->at = end + 1;
	return true;
}

bool text_skip(struct text *text, const char *prefix)
{
	size_t len = strlen(prefix);

	if (!text_starts(*text, prefix))
		return false;
	text->at += len;
	text->len -= len;
	return true;
}

int text_number(struct text text, unsigned int base, uint64_t *out)
{
	return number_parse(text.at, text.len, base, out);
}

uint64_t text_hash(struct text text)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < text.len; i++)
		hash = (hash ^ (unsigned char)text.at[i]) *
		       UINT64_C(0x100000001b3);
	return hash;
}

void text_print_first(char *to, size_t size, const char *format, ...)
{
	va_list args;

	if (to[0])
		return;
	va_start(args, format);
	vsnprintf(to, size, format, args);
	va_end(args);
}

void text_copy(struct text text, char *to, size_t size)
{
	size_t len = text.len < size - 1 ? text.len : size - 1;

	for (size_t i = 0; i < len; i++) {
		char c = text.at[i];

		to[i] = c >= 0x20 && c <= 0x7e ? c : '?';
	}
	to[len] = '\0';
}
