// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Short texts, most of which other programs print: the first byte of the input
 * says whose the rest is.
 */
#include <stdio.h>
#include <string.h>

#include "config/cmdline.h"
#include "fuzz.h"
#include "host/luks.h"
#include "host/makedumpfile.h"
#include "host/panic_words.h"
#include "host/unreserved.h"
#include "lib/macros.h"
#include "lib/text.h"
#include "rehearse/left.h"

static void luks(int (*parse)(const char *buf, size_t len,
			      struct luks_header *out),
		 const char *text)
{
	struct luks_header header;

	if (parse(text, strlen(text), &header))
		return;
	PROMISE(header.slots == 8 || header.slots == 32);
	PROMISE(!(header.used >> header.slots));
	PROMISE(header.cipher[0] &&
		memchr(header.cipher, 0, sizeof(header.cipher)) &&
		!strpbrk(header.cipher, " ?"));
	PROMISE(header.token < 32 && header.token_slot < 32);
}

/* cryptsetup luksDump of LUKS1, and its metadata in JSON of LUKS2 */
static void luks1(char *text)
{
	luks(luks_header_parse1, text);
}

static void luks2(char *text)
{
	luks(luks_header_parse2, text);
}

static void version(char *text)
{
	char version[24];

	if (!makedumpfile_version(text, version, sizeof(version)))
		return;
	PROMISE(version[0] && memchr(version, 0, sizeof(version)));
	PROMISE(!makedumpfile_compare(version, version));
	PROMISE((makedumpfile_compare(version, "1.7.2") < 0) ==
		(makedumpfile_compare("1.7.2", version) > 0));
}

static void log_words(char *text)
{
	char words[256];

	if (unreserved_log_words(text_of(text), words, sizeof(words)))
		PROMISE(words[0] && memchr(words, 0, sizeof(words)));
}

/* With what is added to the words, a panic ends in a reboot. */
static void panic_words(char *text)
{
	char add[64], both[4096], none[64];
	char *append = strchr(text, '\n');

	if (!append)
		return;
	*append++ = '\0';
	if (panic_words_of(text, append, add, sizeof(add)) !=
		    PANIC_WORDS_MISSING ||
	    strpbrk(append, "\"\n"))
		return;
	if (snprintf(both, sizeof(both), "%s", append) < (int)sizeof(both) &&
	    !cmdline_put(both, sizeof(both), add))
		PROMISE(panic_words_of(text, both, none, sizeof(none)) ==
			PANIC_WORDS_REBOOT);
}

/*
 * What is set is the last one, and nothing else of that name is left; but a
 * quote that is left open takes in what stands behind it.
 */
static void words(char *text)
{
	char set[512], value[64], without[512];
	unsigned int quotes = 0;

	for (const char *c = text; *c; c++)
		quotes += *c == '"';
	if (quotes % 2 || cmdline_set(text, "panic", "10", set, sizeof(set)))
		return;
	PROMISE(cmdline_last(set, "panic", value, sizeof(value)));
	PROMISE(!strcmp(value, "10"));
	PROMISE(!cmdline_set(set, "panic", NULL, without, sizeof(without)));
	PROMISE(!cmdline_last(without, "panic", value, sizeof(value)));
}

static void left(char *text)
{
	const char *end = text + strlen(text);
	struct left left;

	left_parse(text, &left);
	PROMISE(memchr(left.folder, 0, sizeof(left.folder)));
	PROMISE(!left.record ||
		(left.record >= text && left.record + left.record_len <= end));
	PROMISE(left.have_vmcore == (left.vmcore_bytes > 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const read[])(char *text) = {
		luks1, luks2, version, log_words, panic_words, words, left,
	};
	char *text = size ? strndup((const char *)data + 1, size - 1) : NULL;

	if (text)
		read[data[0] % ARRAY_SIZE(read)](text);
	free(text);
	return 0;
}
