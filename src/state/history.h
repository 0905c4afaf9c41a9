/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was learned so far: /var/lib/kdump-dma/history.json, oldest first. */
#ifndef HISTORY_H
#define HISTORY_H

#include <stdio.h>

#include "state/capture.h"
#include "lib/root.h"

#define HISTORY_DIR  "var/lib/kdump-dma"
#define HISTORY_NAME "history.json"
/* config's history key stays below this */
#define HISTORY_MAX	  1000
#define HISTORY_BYTES_MAX (2 * 1024 * 1024)

struct history {
	struct capture *captures;
	size_t count;
	/*
	 * All that were ever learned, also those that went out of a full
	 * history: crashes and tests, by enum capture_outcome. These never
	 * fall.
	 */
	uint64_t crashes[CAPTURE_OUTCOMES], tests[CAPTURE_OUTCOMES];
};

/*
 * 0 (also if there is none yet), -EINVAL if the file is not what it should
 * be; why says what is wrong.
 */
int history_load(const struct root *root, struct history *out,
		 char why[static CAPTURE_ERROR_MAX]);
void history_free(struct history *history);

/*
 * Add one at the end; drop the oldest beyond limit, but not the first of a run
 * of "no-dump". 0 or -ENOMEM.
 */
int history_add(struct history *history, const struct capture *capture,
		size_t limit);

/*
 * Up to this time, in seconds since 1970, what is not in a full history went
 * out of it. To learn that anew would put the old behind the new, at every
 * boot. 0: it is not full.
 */
uint64_t history_past_seconds(const struct history *history, size_t limit);

bool history_has(const struct history *history, const char *id);

void history_print(FILE *to, const struct history *history);

#endif
