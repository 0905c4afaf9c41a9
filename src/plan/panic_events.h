/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which events of the kernel end in a panic, and so in a dump: what is in force
 * now, what panic_on= asks for, and what somebody else set.
 */
#ifndef PANIC_EVENTS_H
#define PANIC_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "config/config.h"

#define PANIC_EVENTS_COUNT 8
#define PANIC_EVENT_BY_MAX 128

struct panic_event {
	const char *name; /* as in panic_on= */
	const char *key;  /* its file below /proc/sys */
	bool have_now;	  /* false: this kernel has no such event */
	uint64_t now;	  /* not 0: it ends in a panic */
	bool wanted;	  /* by panic_on= */
	/* native set it to 1 when it loaded its image; it was this before */
	bool have_before;
	uint64_t before;
	/* a file of sysctl.d(5), or the command line, that sets it; "" if none
	 */
	char set_by[PANIC_EVENT_BY_MAX];
	bool set_to; /* by that */
};

struct panic_events {
	struct panic_event event[PANIC_EVENTS_COUNT];
};

/* cmdline: of the running kernel. */
void panic_events_find(const struct root *root, const struct config *config,
		       const char *cmdline, struct panic_events *out);

/*
 * "kernel/panic_on_oops 1" lines, for native: what it sets when it loads an
 * image; what these were before, to be kept meanwhile; and what it sets when
 * the image is unloaded. Nothing of what somebody else sets, or changed since.
 */
void panic_events_print(FILE *to, const struct panic_events *events);
void panic_events_print_before(FILE *to, const struct panic_events *events);
void panic_events_print_back(FILE *to, const struct panic_events *events);

/* Names of those that end in a dump now, separated by blanks. */
void panic_events_names(const struct panic_events *events, bool now, char *out,
			size_t size);

#endif
