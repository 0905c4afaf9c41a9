// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/plain_words.h"

#include <string.h>

#define NAME_LEN_MAX 32

/* Words whose value the plan reads; it is shown if it is plain. */
static const char *const read_names[] = { "crashkernel", "coherent_pool",
					  "elfcorehdr",	 "nr_cpus",
					  "maxcpus",	 "fadump",
					  "panic",	 "sysctl.kernel.panic",
					  NULL };

/* Words without "=" that kdump's configurations and installers write. */
static const char *const flags[] = {
	"quiet",  "ro",	       "rw",	     "splash",	      "rhgb",
	"debug",  "irqpoll",   "noefi",	     "nokaslr",	      "nosmt",
	"single", "nomodeset", "novmcoredd", "reset_devices", NULL
};

static bool is_one_of(struct text word, const char *const list[])
{
	for (; *list; list++)
		if (text_equal(word, *list))
			return true;
	return false;
}

bool plain_words_value(struct text value)
{
	static const char *const words[] = { "auto", "high", "low", "cma",
					     "on" };
	static const char plain[] = "0123456789abcdefABCDEFxXKMGTPkmgtp,:@-";

	while (value.len > 0) {
		bool skipped = false;

		for (size_t i = 0; !skipped && i < 5; i++)
			skipped = text_skip(&value, words[i]);
		if (skipped)
			continue;
		if (!memchr(plain, value.at[0], strlen(plain)))
			return false;
		value.at++;
		value.len--;
	}
	return true;
}

/* Is it a name like the kernel's? A long number may identify somebody. */
static bool is_plain_name(struct text name)
{
	size_t digits = 0;

	if (text_equal(name, "BOOT_IMAGE"))
		return true;
	if (name.len == 0 || name.len > NAME_LEN_MAX || name.at[0] < 'a')
		return false;
	for (size_t i = 0; i < name.len; i++) {
		char c = name.at[i];

		digits = c >= '0' && c <= '9' ? digits + 1 : 0;
		if (digits > 4 || (digits == 0 && !(c >= 'a' && c <= 'z') &&
				   !memchr("._-", c, 3)))
			return false;
	}
	return true;
}

struct out {
	char *at;
	size_t size, len;
};

static void put(struct out *out, struct text text)
{
	if (text.len < out->size - out->len) {
		memcpy(out->at + out->len, text.at, text.len);
		out->len += text.len;
	}
	out->at[out->len] = '\0';
}

/* in_quotes: the word lies inside another word's quoted value */
static void put_word(struct out *out, struct text word, bool in_quotes)
{
	struct text value = word, name;
	bool is_read;

	if (!text_split(&value, '=', &name))
		return;
	is_read = name.len < word.len && is_one_of(name, read_names);
	if (!is_read &&
	    (in_quotes || (name.len < word.len ? !is_plain_name(name)
					       : !is_one_of(word, flags))))
		return;
	if (out->len)
		put(out, text_of(" "));
	put(out, name);
	if (name.len < word.len)
		put(out, text_of("="));
	if (is_read)
		put(out, plain_words_value(value) ? value : text_of("?"));
}

void plain_words(struct text words, char *out, size_t size)
{
	struct out to = { out, size, 0 };
	struct text word;
	bool in_quotes = false;

	out[0] = '\0';
	while (text_word(&words, &word)) {
		put_word(&to, word, in_quotes);
		for (size_t i = 0; i < word.len; i++)
			in_quotes ^= word.at[i] == '"';
	}
}
