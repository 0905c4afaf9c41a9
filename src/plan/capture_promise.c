// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The words that kdump-dma gives keep the promise. But the words of append=
 * come after them, and remove= can take them out.
 */
#include "plan/capture_promise.h"

#include <stdio.h>
#include <string.h>

#include "config/cmdline.h"
#include "config/panic_timeout.h"
#include "lib/macros.h"
#include "lib/text.h"

#define NEVER "the machine never comes back"
#define SPINS "a capture kernel that spins does not end in a reboot"

static bool is_zero(struct text value)
{
	for (size_t i = 0; i < value.len; i++)
		if (value.at[i] != '0')
			return false;
	return value.len > 0;
}

/* Words that break the promise, wherever they stand on the line. */
static const struct breaker {
	const char *name;
	bool only_zero; /* only if its value is 0 */
	const char *why;
} breakers[] = {
	{ "rdinit", false, "that runs in place of what saves and reboots" },
	{ "kgdbwait", false, "it waits for a debugger, for ever" },
	{ "nosoftlockup", false, SPINS },
	{ "nowatchdog", false, SPINS },
	{ "watchdog_thresh", true, SPINS },
	{ "sysctl.kernel.watchdog", true, SPINS },
	{ "sysctl.kernel.soft_watchdog", true, SPINS },
	{ "sysctl.kernel.watchdog_thresh", true, SPINS },
};

static const char *why_broken(struct text name, struct text value)
{
	for (size_t i = 0; i < ARRAY_SIZE(breakers); i++)
		if (cmdline_is_named(name, breakers[i].name) &&
		    (!breakers[i].only_zero || is_zero(value)))
			return breakers[i].why;
	return NULL;
}

static bool panic_stops(const char *line, char *why, size_t size)
{
	struct panic_timeout timeout;
	const char *words = "";

	panic_timeout_read(line, &timeout);
	if (timeout.given && timeout.reboots &&
	    (!timeout.have_sysctl || timeout.sysctl_reboots))
		return false;
	if (timeout.have_sysctl && !timeout.sysctl_reboots)
		words = "given sysctl.kernel.panic=0";
	else if (timeout.given)
		words = "given panic=0";
	else
		words = "not given panic=";
	snprintf(why, size,
		 "the capture kernel is %s: after a panic of its own " NEVER
		 "; see append= and remove= of the configuration",
		 words);
	return true;
}

bool capture_promise_broken(const char *line, char *why, size_t size)
{
	struct text rest = text_of(line), word, name, value;
	bool lockup_panics = false, is_whole;

	if (panic_stops(line, why, size))
		return true;
	while (cmdline_word(&rest, &word, &is_whole)) {
		const char *broken;

		(void)cmdline_parts(word, &name, &value);
		if (cmdline_is_named(name, "softlockup_panic") ||
		    cmdline_is_named(name, "sysctl.kernel.softlockup_panic"))
			lockup_panics = !is_zero(value);
		broken = why_broken(name, value);
		if (!broken)
			continue;
		snprintf(why, size,
			 "the capture kernel is given %.*s: %s; see append= of "
			 "the configuration",
			 (int)word.len, word.at, broken);
		return true;
	}
	if (!lockup_panics)
		snprintf(why, size,
			 "the capture kernel is not given "
			 "softlockup_panic=1: " SPINS
			 "; see append= and remove= of the "
			 "configuration");
	return !lockup_panics;
}
