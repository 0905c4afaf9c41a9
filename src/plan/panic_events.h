/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which events end in a panic, and so in a dump: by the values that are in
 * force, by panic_on= of the configuration, and by what somebody else set.
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
	uint64_t now;	  /* its value; not 0: it ends in a panic */
	/* why the kernel does not look for it; NULL: it does */
	const char *unseen;
	bool wanted; /* panic_on= asks for it */
	/* Native set it to 1 when it loaded its image; before, it was: */
	bool have_before;
	uint64_t before;
	/* a file of sysctl.d(5) or the command line; "": none */
	char set_by[PANIC_EVENT_BY_MAX];
	bool set_to; /* set_by makes it end in a panic */
};

struct panic_events {
	struct panic_event event[PANIC_EVENTS_COUNT];
};

/* cmdline is that of the running kernel. Reads /proc/sys and sysctl.d(5). */
void panic_events_find(const struct root *root, const struct config *config,
		       const char *cmdline, struct panic_events *out);

/*
 * Print lines for native ("kernel/panic_on_oops 1"): the values that it sets
 * when it loads an image; those that were there before, which it keeps
 * meanwhile; and those that it sets when it unloads the image. Values that
 * somebody else sets, or changed since, are left out.
 */
void panic_events_print(FILE *to, const struct panic_events *events);
void panic_events_print_before(FILE *to, const struct panic_events *events);
void panic_events_print_back(FILE *to, const struct panic_events *events);

/* Does it end in a panic now? */
bool panic_event_is_on(const struct panic_event *event);

/* The names of events that end in a dump now, or do not (now: false). */
void panic_events_names(const struct panic_events *events, bool now, char *out,
			size_t size);

#endif
