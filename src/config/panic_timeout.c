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

static void take_word(struct panic_timeout *out, struct text word)
{
	struct text name, value;
	bool is_zero;

	if (!cmdline_parts(word, &name, &value) ||
	    !panic_timeout_is_number(value, &is_zero))
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
	while (cmdline_word(&rest, &word, &is_whole))
		take_word(out, word);
}
