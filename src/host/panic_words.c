// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/panic_words.h"

#include <stdio.h>

#include "config/panic_timeout.h"

enum panic_words panic_words_of(const char *running, const char *append,
				char *add, size_t size)
{
	struct panic_timeout inherited, own;
	bool missing, is_undone;

	add[0] = '\0';
	if (!running || !append)
		return PANIC_WORDS_UNKNOWN;
	panic_timeout_read(running, &inherited);
	panic_timeout_read(append, &own);
	/* Its own words are somebody's choice, those it inherits are not. */
	if ((own.given && !own.reboots) ||
	    (own.have_sysctl && !own.sysctl_reboots))
		return PANIC_WORDS_CHOSEN;
	missing = !own.given && !(inherited.given && inherited.reboots);
	is_undone = !own.have_sysctl && inherited.have_sysctl &&
		    !inherited.sysctl_reboots;
	if (!missing && !is_undone)
		return PANIC_WORDS_REBOOT;
	snprintf(add, size, "%s%s%s", missing ? "panic=10" : "",
		 missing && is_undone ? " " : "",
		 is_undone ? "sysctl.kernel.panic=10" : "");
	return PANIC_WORDS_MISSING;
}
