/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef RECORD_H
#define RECORD_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "check/saver_report.h"
#include "facts/facts.h"

#define RECORD_NAME   "kdump-dma.json"
#define RECORD_SCHEMA 1 /* keys are only ever added */

/* What the watcher saw between the capture kernel's start and the dump's end.
 */
struct watched {
	bool have; /* false: nobody watched, only what the end shows is known */
	uint64_t samples;
	uint64_t
		free_lowest_pages[ZONES_MAX]; /* in the order of facts' zones */
	uint64_t available_lowest_kib;
	uint64_t available_lowest_ms; /* since the kernel's start */
	bool have_kernel_log;
	struct kernel_log kernel_log;
};

/*
 * The record: facts as found at the start (free_pages: at the start), what
 * was watched, and what the saver says. One JSON object, see
 * kdump-dma-record(5).
 */
struct record {
	const struct facts *facts;
	const struct watched *watched;
	const struct saver_report *saver;
};

/*
 * On one line it is meant for the log, which others than root may read and send
 * on: of names, words and sentences that can be anybody's it holds only what is
 * learned from it. In a file of root's, pretty, it holds all.
 */
void record_print(FILE *to, const struct record *record, bool pretty);

/*
 * Write dir/kdump-dma.json: temporary name, fsync, rename, fsync of dir; mode
 * 0600. 0 or -errno; on an error nothing is left behind but an older record.
 */
int record_write(const char *dir, const struct record *record);

#endif
