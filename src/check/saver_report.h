/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SAVER_REPORT_H
#define SAVER_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/lines.h"

#define SAVER_PATH_BYTES 1024
#define SAVER_EVENTS_MAX 8

/* What the saver reports about a dump when it begins (--begin), and when it
 * ended or failed (--finish). */
struct saver_report {
	bool have;
	char dir[SAVER_PATH_BYTES];  /* where the record belongs; may be "" */
	char dump[SAVER_PATH_BYTES]; /* the vmcore's path; may be "" */
	char collector[2048];	     /* and its arguments */
	char machine_id[80];	     /* of the crashed system; may be "" */
	char state[16];		     /* "saving" in a first record; may be "" */
	bool have_status;
	int64_t status; /* the collector's exit status */
	bool have_seconds;
	uint64_t seconds;
	bool have_bytes;
	uint64_t bytes; /* of a dump that is not below this root */
	char events[SAVER_EVENTS_MAX][160]; /* what was done as things failed */
	size_t events_count;
};

/* Carried from --finish to the watcher as "key value" lines. */
void saver_report_print(FILE *to, const struct saver_report *saver);
/* A line_fn; arg is a zeroed struct saver_report. Unknown keys are ignored. */
void saver_report_line(void *arg, const struct line *line);

#endif
