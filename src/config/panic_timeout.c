// SPDX-License-Identifier: GPL-2.0-or-later
/* After kernel/params.c, kernel/panic.c and fs/proc/proc_sysctl.c of 6.1. */
#include "config/panic_timeout.h"

#include <stdint.h>
#include <string.h>

#include "config/cmdline.h"
#include "lib/text.h"

/* Below 0 nothing is waited for. */
bool panic_timeout_is_number(struct text text, bool *is_zero)
{
	unsigned int base = 10;
	uint64_t number;

	(void)(text_skip(&text, "-") || text_skip(&text, "+"));
	if (text_skip(&text, "0x") || text_skip(&text, "0X"))
		base = 16;
	else if (text.len > 1 && text_starts(text, "0"))
		base = 8;
	if (text_number(text, base, &number) || number > INT32_MAX)
		return false;
	*is_zero = number == 0;
	return true;
}

/* A word, or only its value, may be quoted: next_arg(). */
static void unquote(struct text *text)
{
	if (text_skip(text, "\"") && text->len &&
	    text->at[text->len - 1] == '"')
		text->len--;
}

static void take_word(struct panic_timeout *out, struct text word)
{
	struct text name;
	bool is_zero;

	unquote(&word);
	if (!memchr(word.at, '=', word.len) || !text_split(&word, '=', &name))
		return;
	unquote(&word);
	if (!panic_timeout_is_number(word, &is_zero))
		return;
	if (text_equal(name, "panic")) {
		out->given = true;
		out->reboots = !is_zero;
	} else if (cmdline_is_named(name, "sysctl.kernel.panic")) {
		out->have_sysctl = true;
		out->sysctl_reboots = !is_zero;
	}
}

void panic_timeout_read(const char *words, struct panic_timeout *out)
{
	struct text rest = text_of(words), word;
	bool is_whole;

	memset(out, 0, sizeof(*out));
	/* What follows "--" is for init. */
	while (cmdline_word(&rest, &word, &is_whole) && !text_equal(word, "--"))
		take_word(out, word);
}
