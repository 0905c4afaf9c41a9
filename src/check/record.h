/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef RECORD_H
#define RECORD_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include "check/saver_report.h"
#include "facts/facts.h"

#define RECORD_NAME   "kdump-dma.json"
#define RECORD_SCHEMA 1 /* keys are only ever added */

/* What the watcher saw from the capture kernel's start to the dump's end. */
struct watched {
	bool have; /* false: no watcher ran, the rest means nothing */
	uint64_t samples;
	uint64_t free_lowest_pages[ZONES_MAX]; /* ordered as facts' zones */
	uint64_t available_lowest_kib;
	uint64_t available_lowest_ms; /* since the kernel's start */
	bool have_kernel_log;
	struct kernel_log kernel_log;
};

/*
 * The record: facts as found at the start, what the watcher saw, and what the
 * saver reported. One JSON object, see kdump-dma-record(5).
 */
struct record {
	const struct facts *facts;
	const struct watched *watched;
	const struct saver_report *saver;
	time_t written; /* one for the file and the log's line */
};

/*
 * pretty: the whole record, for a file that only root reads. Otherwise one line
 * for the log, which others may read and pass on: of names, words and sentences
 * it then holds only those that learning needs.
 */
void record_print(FILE *to, const struct record *record, bool pretty);

/*
 * Write dir/kdump-dma.json: temporary name, fsync, rename, fsync of dir; mode
 * 0600. 0 or -errno. After an error an older record is still there.
 */
int record_write(const char *dir, const struct record *record);

#endif
