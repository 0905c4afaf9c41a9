// SPDX-License-Identifier: GPL-2.0-or-later
/* What turns the kernel arguments of a deployment into others. */
#include <string.h>

#include "config/cmdline.h"
#include "fuzz.h"
#include "lib/text.h"
#include "peers/bootloader_ostree.h"

/* The words that are left after the next --delete=, which is their first one.
 */
static void take_delete(const char *option, struct text *now)
{
	struct text text = text_of(option), word;

	if (!text_skip(&text, "--delete="))
		return;
	PROMISE(text_word(now, &word));
	PROMISE(word.len == text.len && !memcmp(word.at, text.at, text.len));
}

/* What is appended is what was asked for, in that order. */
static void take_append(const char *option, struct text *words)
{
	struct text text = text_of(option), word;

	if (!text_skip(&text, "--append="))
		return;
	PROMISE(text_word(words, &word));
	PROMISE(word.len == text.len && !memcmp(word.at, text.at, text.len));
}

/*
 * Two command lines, one in each half: each old word is deleted once, each new
 * one is appended once, unless they are the same.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct bootloader_ostree_options options;
	char now[BOOT_WORDS_MAX], words[BOOT_WORDS_MAX];
	char *first = strndup((const char *)data, size / 2);
	char *second = strndup((const char *)data + size / 2, size - size / 2);
	struct text old, new, word;

	PROMISE(first && second);
	(void)!cmdline_crashkernel(first, now, sizeof(now));
	(void)!cmdline_crashkernel(second, words, sizeof(words));
	if (!bootloader_ostree_change(now, words, &options)) {
		PROMISE(options.count <= BOOTLOADER_OSTREE_OPTIONS_MAX);
		PROMISE(!strcmp(now, words) == !options.count);
		old = text_of(now);
		new = text_of(words);
		for (size_t i = 0; i < options.count; i++) {
			take_delete(options.option[i], &old);
			take_append(options.option[i], &new);
		}
		if (options.count)
			PROMISE(!text_word(&old, &word) &&
				!text_word(&new, &word));
	}
	free(first);
	free(second);
	return 0;
}
