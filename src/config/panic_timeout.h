/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the words of a kernel let follow a panic: a reboot, or nothing. */
#ifndef PANIC_TIMEOUT_H
#define PANIC_TIMEOUT_H

#include <stdbool.h>

#include "lib/text.h"

struct panic_timeout {
	bool given, reboots; /* panic= */
	/* sysctl.kernel.panic=, which the kernel sets before init starts */
	bool have_sysctl, sysctl_reboots;
};

/*
 * As the kernel reads them: the last word that it understands counts, and 0
 * waits for ever. Pure.
 */
void panic_timeout_read(const char *words, struct panic_timeout *out);

/* As kstrtoint() reads it, of any base. false: the kernel refuses it. Pure. */
bool panic_timeout_is_number(struct text text, bool *is_zero);

#endif
