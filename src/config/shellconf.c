// SPDX-License-Identifier: GPL-2.0-or-later
#include "config/shellconf.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/macros.h"
#include "lib/text.h"

/* Offsets of an assignment: of its line, and of its value with its quotes. */
struct place {
	size_t line;	 /* first byte of the line */
	size_t line_end; /* behind its newline, if it has one */
	size_t value;
	size_t value_end;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_name(char c)
{
	return c == '_' || isalnum((unsigned char)c);
}

/*
 * Set *end behind the newline that ends the command at from; quotes and
 * backslashes are followed. -EINVAL for here-documents, which need a shell to
 * follow, and if the file ends inside quotes.
 */
static int end_of_command(const char *buf, size_t len, size_t from, size_t *end)
{
	char quote = '\0';
	bool word_start = true;

	for (size_t i = from; i < len; i++) {
		char c = buf[i];

		if (c == '\0')
			return -EINVAL;
		if (c == '\\' && quote != '\'') {
			i++;
			word_start = false;
		} else if (quote) {
			if (c == quote)
				quote = '\0';
		} else if (c == '\n') {
			*end = i + 1;
			return 0;
		} else if (c == '#' && word_start) {
			const char *newline = memchr(buf + i, '\n', len - i);

			*end = newline ? (size_t)(newline - buf) + 1 : len;
			return 0;
		} else if (c == '<' && i + 1 < len && buf[i + 1] == '<') {
			return -EINVAL;
		} else {
			if (c == '"' || c == '\'')
				quote = c;
			word_start = is_blank(c) || c == ';';
		}
	}
	*end = len;
	return quote ? -EINVAL : 0;
}

/* Set *out behind the value at at, which is "...", '...' or a bare word. */
static int end_of_value(const char *buf, size_t at, size_t end, size_t *out)
{
	char quote = at < end ? buf[at] : '\0';

	if (quote != '"' && quote != '\'') {
		while (at < end && (isalnum((unsigned char)buf[at]) ||
				    (buf[at] && strchr("._-+@:,=/%", buf[at]))))
			at++;
		*out = at;
		return 0;
	}
	for (at++; at < end && buf[at] != quote; at++)
		if (buf[at] == '\n' ||
		    (quote == '"' && strchr("\\$`", buf[at])))
			return -EINVAL;
	if (at == end)
		return -EINVAL;
	*out = at + 1;
	return 0;
}

/* True if nothing but a comment follows the value that ends at at. */
static bool ends_line(const char *buf, size_t at, size_t end)
{
	bool blank = false;

	while (at < end && is_blank(buf[at])) {
		at++;
		blank = true;
	}
	return at == end || buf[at] == '\n' || (blank && buf[at] == '#');
}

/* True if the command between at and end has key as a whole word. */
static bool mentions(const char *buf, size_t at, size_t end, const char *key)
{
	size_t n = strlen(key);

	for (size_t i = at; i + n <= end; i++)
		if (!memcmp(buf + i, key, n) &&
		    (i == at || !is_name(buf[i - 1])) &&
		    (i + n == end || !is_name(buf[i + n])))
			return true;
	return false;
}

static bool is_comment(const char *buf, size_t at, size_t end)
{
	while (at < end && is_blank(buf[at]))
		at++;
	return at == end || buf[at] == '#' || buf[at] == '\n';
}

/* True for NAME=value without anything that a shell expands. */
static bool is_literal(const char *buf, size_t at, size_t end)
{
	size_t value_end;

	while (at < end && is_name(buf[at]))
		at++;
	return at < end && buf[at] == '=' &&
	       !end_of_value(buf, at + 1, end, &value_end) &&
	       ends_line(buf, value_end, end);
}

static bool is_one_of(struct text word, const char *const words[])
{
	for (; *words; words++)
		if (text_equal(word, *words))
			return true;
	return false;
}

struct blocks {
	size_t depth;
	size_t shells;	   /* (...) inside each other; they set nothing here */
	bool reads_others; /* commands from elsewhere: they may set anything */
};

/*
 * Count a word that opens or closes a block; the shell may never run what is
 * inside. Such words count only where a command begins, and after some of
 * them another command begins.
 */
static bool count_word(struct text word, struct blocks *blocks)
{
	static const char *const reads[] = { ".", "source", "eval", NULL };
	static const char *const open[] = { "if",   "while",  "until", "for",
					    "case", "select", "{",     NULL };
	static const char *const close[] = { "fi", "done", "esac", "}", NULL };
	static const char *const before[] = { "if",   "while", "until", "then",
					      "elif", "else",  "do",	"!",
					      "{",    NULL };

	if (is_one_of(word, open))
		blocks->depth++;
	else if (is_one_of(word, close) && blocks->depth > 0)
		blocks->depth--;
	else if (is_one_of(word, reads) && !blocks->shells)
		blocks->reads_others = true;
	return is_one_of(word, before);
}

/* Update the nesting of blocks by the command from at to end. */
static void count_blocks(const char *buf, size_t at, size_t end,
			 struct blocks *blocks)
{
	bool begins = true; /* a command */
	char quote = '\0';

	while (at < end) {
		size_t from = at;

		for (; at < end && (quote || !strchr(" \t\n;&|()", buf[at]));
		     at++) {
			if (buf[at] == '\\' && quote != '\'')
				at++;
			else if (quote && buf[at] == quote)
				quote = '\0';
			else if (!quote && (buf[at] == '"' || buf[at] == '\''))
				quote = buf[at];
		}
		if (at > end)
			at = end;
		if (at > from && buf[from] == '#')
			return;
		if (at > from)
			begins =
				begins && count_word((struct text){ buf + from,
								    at - from },
						     blocks);
		if (at < end && !is_blank(buf[at]))
			begins = true;
		if (at < end && buf[at] == '(')
			blocks->shells++;
		else if (at < end && buf[at] == ')' && blocks->shells)
			blocks->shells--;
		at++;
	}
}

/* 0 with *found; -EINVAL */
static int find(const char *buf, size_t len, const char *key,
		struct place *place, bool *found)
{
	struct blocks blocks = { 0 };
	size_t n = strlen(key);

	*found = false;
	for (size_t at = 0, end; at < len; at = end) {
		struct place this = { .line = at };
		int err = end_of_command(buf, len, at, &end);
		bool in_block = blocks.depth > 0;

		if (err)
			return err;
		count_blocks(buf, at, end, &blocks);
		if (blocks.reads_others)
			return -EINVAL;
		if (is_comment(buf, at, end) || !mentions(buf, at, end, key))
			continue;
		if (end - at <= n || memcmp(buf + at, key, n) ||
		    buf[at + n] != '=') {
			if (is_literal(buf, at, end))
				continue;
			return -EINVAL;
		}
		if (in_block)
			return -EINVAL;
		this.line_end = end;
		this.value = at + n + 1;
		if (end_of_value(buf, this.value, end, &this.value_end) ||
		    !ends_line(buf, this.value_end, end))
			return -EINVAL;
		*place = this;
		*found = true;
	}
	return 0;
}

int shellconf_get(const char *buf, size_t len, const char *key, char *value,
		  size_t size)
{
	struct place place;
	size_t start, end;
	bool found;
	int err;

	value[0] = '\0';
	if (len > SHELLCONF_FILE_MAX)
		return -EINVAL;
	err = find(buf, len, key, &place, &found);
	if (err)
		return err;
	if (!found)
		return -ENOENT;
	start = place.value;
	end = place.value_end;
	if (end > start && (buf[start] == '"' || buf[start] == '\'')) {
		start++;
		end--;
	}
	if (end - start >= size)
		return -ENOSPC;
	memcpy(value, buf + start, end - start);
	value[end - start] = '\0';
	return 0;
}

bool shellconf_is_safe(const char *value)
{
	for (; *value; value++)
		if (*value < 0x20 || *value > 0x7e || strchr("\"\\$`", *value))
			return false;
	return true;
}

/* Where a new assignment goes: behind a "#KEY=" line, or at the end. */
static size_t place_for_new(const char *buf, size_t len, const char *key)
{
	size_t n = strlen(key), where = len;

	for (size_t at = 0; at < len;) {
		const char *newline = memchr(buf + at, '\n', len - at);
		size_t end = newline ? (size_t)(newline - buf) + 1 : len;

		if (end - at > n + 1 && buf[at] == '#' &&
		    !memcmp(buf + at + 1, key, n) && buf[at + 1 + n] == '=' &&
		    buf[end - 1] == '\n')
			where = end;
		at = end;
	}
	return where;
}

/* Copy buf with [from, to) replaced by text. */
static int splice(const char *buf, size_t len, size_t from, size_t to,
		  const char *text, char **out, size_t *out_len)
{
	size_t n = strlen(text);

	*out_len = len - (to - from) + n;
	*out = malloc(*out_len + 1);
	if (!*out)
		return -ENOMEM;
	memcpy(*out, buf, from);
	memcpy(*out + from, text, n);
	memcpy(*out + from + n, buf + to, len - to);
	(*out)[*out_len] = '\0';
	return 0;
}

/* Read *out back: it has to give key this value. */
static int verify(const char *key, const char *value, char **out,
		  size_t *out_len)
{
	size_t size = strlen(value) + 1;
	char *got = malloc(size);
	int err = got ? shellconf_get(*out, *out_len, key, got, size) : -ENOMEM;

	if (!err && !streq(got, value))
		err = -EINVAL;
	free(got);
	if (err) {
		free(*out);
		*out = NULL;
	}
	return err;
}

int shellconf_set(const char *buf, size_t len, const char *key,
		  const char *value, char **out, size_t *out_len)
{
	struct place place = { 0 };
	char *text = NULL;
	bool found;
	int err;

	*out = NULL;
	if (len > SHELLCONF_FILE_MAX || !shellconf_is_safe(value))
		return -EINVAL;
	err = find(buf, len, key, &place, &found);
	if (err)
		return err;
	if (!found) {
		place.value = place.value_end = place_for_new(buf, len, key);
		if (asprintf(&text, "%s%s=\"%s\"\n",
			     place.value > 0 && buf[place.value - 1] != '\n'
				     ? "\n"
				     : "",
			     key, value) < 0)
			return -ENOMEM;
	} else if (asprintf(&text, "\"%s\"", value) < 0) {
		return -ENOMEM;
	}
	err = splice(buf, len, place.value, place.value_end, text, out,
		     out_len);
	free(text);
	return err ? err : verify(key, value, out, out_len);
}

int shellconf_unset(const char *buf, size_t len, const char *key, char **out,
		    size_t *out_len)
{
	struct place place;
	bool found;
	int err;

	*out = NULL;
	if (len > SHELLCONF_FILE_MAX)
		return -EINVAL;
	err = find(buf, len, key, &place, &found);
	if (!err && !found)
		err = -ENOENT;
	return err ? err
		   : splice(buf, len, place.line, place.line_end, "", out,
			    out_len);
}
