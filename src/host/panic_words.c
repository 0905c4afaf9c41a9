// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/panic_words.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "config/cmdline.h"
#include "lib/number.h"
#include "lib/text.h"

#define VALUE_BYTES 32

/*
 * As the kernel's kstrtoint() reads it, of any base; 0 waits for ever, below 0
 * nothing is waited for.
 */
static bool is_number(const char *value, uint64_t *number)
{
	struct text text = text_of(value);
	unsigned int base = 10;

	(void)(text_skip(&text, "-") || text_skip(&text, "+"));
	if (text_skip(&text, "0x") || text_skip(&text, "0X"))
		base = 16;
	else if (text.len > 1 && text_starts(text, "0"))
		base = 8;
	return !text_number(text, base, number) && *number <= INT32_MAX;
}

static bool is_zero(const char *value)
{
	uint64_t number;

	return is_number(value, &number) && number == 0;
}

/* What the kernel does not understand leaves its own default, which is 0. */
static bool restarts(const char *value)
{
	uint64_t number;

	return is_number(value, &number) && number != 0;
}

enum panic_words panic_words_of(const char *running, const char *append,
				char *add, size_t size)
{
	char value[VALUE_BYTES];
	bool missing, is_undone;

	add[0] = '\0';
	if (!running || !append)
		return PANIC_WORDS_UNKNOWN;
	/* Its own words are somebody's choice, those it inherits are not. */
	if ((cmdline_last(append, "panic", value, sizeof(value)) &&
	     is_zero(value)) ||
	    (cmdline_last(append, "sysctl.kernel.panic", value,
			  sizeof(value)) &&
	     is_zero(value)))
		return PANIC_WORDS_CHOSEN;
	missing = !(cmdline_last(append, "panic", value, sizeof(value)) ||
		    cmdline_last(running, "panic", value, sizeof(value))) ||
		  !restarts(value);
	/* Set by the kernel before init starts, after panic=. */
	is_undone = !cmdline_last(append, "sysctl.kernel.panic", value,
				  sizeof(value)) &&
		    cmdline_last(running, "sysctl.kernel.panic", value,
				 sizeof(value)) &&
		    is_zero(value);
	if (!missing && !is_undone)
		return PANIC_WORDS_REBOOT;
	snprintf(add, size, "%s%s%s", missing ? "panic=10" : "",
		 missing && is_undone ? " " : "",
		 is_undone ? "sysctl.kernel.panic=10" : "");
	return PANIC_WORDS_MISSING;
}
