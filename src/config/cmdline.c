// SPDX-License-Identifier: GPL-2.0-or-later
#include "config/cmdline.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"

bool cmdline_word(struct text *rest, struct text *word, bool *is_whole)
{
	bool quoted = false;
	size_t len = 0;

	*rest = text_trim(*rest);
	if (!rest->len)
		return false;
	for (; len < rest->len; len++) {
		char c = rest->at[len];

		if ((c == ' ' || c == '\t') && !quoted)
			break;
		quoted ^= c == '"';
	}
	*is_whole = !quoted;
	*word = (struct text){ rest->at, len };
	rest->at += len;
	rest->len -= len;
	return true;
}

bool cmdline_last(const char *cmdline, const char *name, char *buf, size_t size)
{
	struct text rest = text_of(cmdline), word;
	size_t len = strlen(name);
	bool found = false;

	buf[0] = '\0';
	while (text_word(&rest, &word)) {
		if (word.len <= len || memcmp(word.at, name, len) ||
		    word.at[len] != '=')
			continue;
		text_copy(
			(struct text){ word.at + len + 1, word.len - len - 1 },
			buf, size);
		found = true;
	}
	return found;
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

int cmdline_set(const char *words, const char *name, const char *value,
		char *out, size_t size)
{
	struct text rest = text_of(words), word;
	size_t n = strlen(name);
	int err = 0;

	out[0] = '\0';
	while (!err && text_word(&rest, &word))
		if (word.len <= n || memcmp(word.at, name, n) ||
		    word.at[n] != '=')
			err = cmdline_add(out, size, word);
	if (!err && value) {
		char *text;

		if (asprintf(&text, "%s=%s", name, value) < 0)
			return -ENOMEM;
		err = cmdline_add(out, size, text_of(text));
		free(text);
	}
	return err;
}

int cmdline_crashkernel(const char *cmdline, char *buf, size_t size)
{
	struct text rest = text_of(cmdline), word;

	buf[0] = '\0';
	while (text_word(&rest, &word)) {
		size_t len = strlen(buf);

		if (!text_starts(word, "crashkernel="))
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
