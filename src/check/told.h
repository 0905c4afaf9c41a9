/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TOLD_H
#define TOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/lines.h"

#define TOLD_PATH_BYTES 1024
#define TOLD_EVENTS_MAX 8

/* What the saver says of a dump when it begins (--begin), and when it ends,
 * well or not (--finish). */
struct told {
	bool have;
	char dir[TOLD_PATH_BYTES];  /* where the record belongs; may be "" */
	char dump[TOLD_PATH_BYTES]; /* the vmcore's path; may be "" */
	char collector[256];	    /* and its arguments */
	char machine_id[80];	    /* who crashed; may be "" */
	char state[16];		    /* "saving" in a first record; may be "" */
	bool have_status;
	int64_t status; /* the collector's exit status */
	bool have_seconds;
	uint64_t seconds;
	char events[TOLD_EVENTS_MAX][160]; /* what was done as things failed */
	size_t events_count;
};

/* Carried from --finish to the watcher as "key value" lines. */
void told_print(FILE *to, const struct told *told);
/* A line_fn; arg is a zeroed struct told. Unknown keys are passed over. */
void told_line(void *arg, const struct line *line);

#endif
