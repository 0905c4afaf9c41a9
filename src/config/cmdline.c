// SPDX-License-Identifier: GPL-2.0-or-later
#include "config/cmdline.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"

/* As the kernel's isspace(), which has Latin-1's no-break space, too. */
static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || c == '\xa0';
}

/* After "--", too, which is for init. */
static bool any_word(struct text *rest, struct text *word, bool *is_whole)
{
	bool quoted = false;
	size_t len = 0;

	while (rest->len && is_space(rest->at[0])) {
		rest->at++;
		rest->len--;
	}
	for (; len < rest->len; len++) {
		if (is_space(rest->at[len]) && !quoted)
			break;
		quoted ^= rest->at[len] == '"';
	}
	*is_whole = !quoted;
	*word = (struct text){ rest->at, len };
	rest->at += len;
	rest->len -= len;
	return len > 0;
}

/* Words behind it are not the kernel's. */
static bool is_end(struct text word)
{
	return text_equal(word, "--") || text_equal(word, "\"--\"");
}

bool cmdline_word(struct text *rest, struct text *word, bool *is_whole)
{
	/* parse_args() ends at "--", which may be quoted. */
	return any_word(rest, word, is_whole) && !is_end(*word);
}

static void unquote(struct text *text)
{
	if (text_skip(text, "\"") && text->len &&
	    text->at[text->len - 1] == '"')
		text->len--;
}

bool cmdline_parts(struct text word, struct text *name, struct text *value)
{
	const char *equals;

	unquote(&word);
	/* A word that begins with "=" has no value. */
	equals = word.len ? memchr(word.at + 1, '=', word.len - 1) : NULL;
	*name = word;
	*value = (struct text){ "", 0 };
	if (!equals)
		return false;
	name->len = (size_t)(equals - word.at);
	value->at = equals + 1;
	value->len = word.len - name->len - 1;
	unquote(value);
	return true;
}

bool cmdline_is_named(struct text name, const char *wanted)
{
	if (name.len != strlen(wanted))
		return false;
	for (size_t i = 0; i < name.len; i++)
		if (name.at[i] != wanted[i] &&
		    !(wanted[i] == '_' && name.at[i] == '-') &&
		    !(wanted[i] == '.' && name.at[i] == '/'))
			return false;
	return true;
}

static bool has_name(struct text word, const char *wanted, struct text *value)
{
	struct text name;

	return cmdline_parts(word, &name, value) &&
	       cmdline_is_named(name, wanted);
}

bool cmdline_last(const char *cmdline, const char *name, char *buf, size_t size)
{
	struct text rest = text_of(cmdline), word, value;
	bool found = false, is_whole;

	buf[0] = '\0';
	while (cmdline_word(&rest, &word, &is_whole)) {
		if (!has_name(word, name, &value))
			continue;
		text_copy(value, buf, size);
		found = true;
	}
	return found;
}

int cmdline_add(char *out, size_t size, struct text word)
{
	size_t have = strlen(out);

	if (have + (have > 0) + word.len >= size)
		return -ENOSPC;
	if (have)
		out[have++] = ' ';
	memcpy(out + have, word.at, word.len);
	out[have + word.len] = '\0';
	return 0;
}

int cmdline_put(char *cmdline, size_t size, const char *words)
{
	struct text rest = text_of(cmdline), word;
	size_t len = strlen(cmdline), more = strlen(words);
	bool is_whole;

	if (!more)
		return 0;
	while (any_word(&rest, &word, &is_whole)) {
		char *at = cmdline + (word.at - cmdline);

		if (!is_end(word))
			continue;
		if (len + more + 1 >= size)
			return -ENOSPC;
		memmove(at + more + 1, at, strlen(at) + 1);
		memcpy(at, words, more);
		at[more] = ' ';
		return 0;
	}
	return cmdline_add(cmdline, size, text_of(words));
}

int cmdline_set(const char *words, const char *name, const char *value,
		char *out, size_t size)
{
	struct text rest = text_of(words), word, old;
	bool is_whole;
	int err = 0;

	out[0] = '\0';
	while (!err && any_word(&rest, &word, &is_whole))
		if (!has_name(word, name, &old))
			err = cmdline_add(out, size, word);
	if (!err && value) {
		char *text;

		if (asprintf(&text, "%s=%s", name, value) < 0)
			return -ENOMEM;
		err = cmdline_put(out, size, text);
		free(text);
	}
	return err;
}

bool cmdline_copy(struct text text, char *to, size_t size)
{
	if (text.len >= size)
		return false;
	text_copy(text, to, size);
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] == '\t')
			to[i] = ' ';
	return true;
}

/*
 * get_last_crashkernel() of the kernel (kernel/crash_core.c, from 6.7 on
 * kernel/crash_reserve.c) knows no words and no quotes: it takes the last
 * "crashkernel=" that strstr() finds, inside of a longer name, too, and what
 * follows up to the next blank. A quote behind the size is then a part of the
 * value, which no kernel understands.
 */
static bool skip_to_crashkernel(struct text *word)
{
	static const char name[] = "crashkernel=";
	bool found = false;

	for (size_t i = word->len; i-- > 0 && !found;) {
		struct text rest = { word->at + i, word->len - i };

		found = text_starts(rest, name);
		if (found)
			*word = rest;
	}
	return found;
}

int cmdline_crashkernel(const char *cmdline, char *buf, size_t size)
{
	struct text rest = text_of(cmdline), word;

	buf[0] = '\0';
	while (text_word(&rest, &word)) {
		size_t len = strlen(buf);

		if (!skip_to_crashkernel(&word))
			continue;
		if (len + word.len + 2 > size) {
			buf[0] = '\0';
			return -ENOSPC;
		}
		if (len)
			buf[len++] = ' ';
		text_copy(word, buf + len, size - len);
	}
	return buf[0] ? 0 : -ENOENT;
}
