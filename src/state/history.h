/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was learned so far: /var/lib/kdump-dma/history.json, oldest first. */
#ifndef HISTORY_H
#define HISTORY_H

#include <stdio.h>

#include "state/capture.h"
#include "state/tally.h"
#include "lib/root.h"

#define HISTORY_DIR  "var/lib/kdump-dma"
#define HISTORY_NAME "history.json"
/* config's history key stays below this */
#define HISTORY_MAX	  1000
#define HISTORY_BYTES_MAX (2 * 1024 * 1024)

/* Kernel lines and images that are remembered of captures that went out of it.
 */
#define HISTORY_TALLIES_MAX 64
/* Of so many that went out of it is it known that they were in it. */
#define HISTORY_PAST_MAX 1024

struct history {
	struct capture *captures;
	size_t count;
	/*
	 * All that were ever learned, also those that went out of a full
	 * history: crashes and tests, by enum capture_outcome. These never
	 * fall.
	 */
	uint64_t crashes[CAPTURE_OUTCOMES], tests[CAPTURE_OUTCOMES];
	/* What those say that went out of it. */
	struct tally *tallies;
	size_t tallies_count;
	char (*past)[CAPTURE_IDENTITY_MAX];
	size_t past_count;
	/* It is there and cannot be read: nothing is known of what was learned.
	 */
	bool damaged;
};

/*
 * 0 (also if there is none yet), -EINVAL if the file is not what it should
 * be; why says what is wrong.
 */
int history_load(const struct root *root, struct history *out,
		 char why[static CAPTURE_ERROR_MAX]);
/* The same from its bytes. */
int history_parse(const char *buf, size_t len, struct history *out,
		  char why[static CAPTURE_ERROR_MAX]);
void history_free(struct history *history);

/*
 * Add one at the end. What is beyond limit, oldest first, is told to the
 * tallies and goes; starved_kib as in tally_capture(). 0 or -ENOMEM.
 */
int history_add(struct history *history, const struct capture *capture,
		size_t limit, uint64_t starved_kib);

bool history_has(const struct history *history, const char *id);

/* Is this very capture in it, or was it, wherever it was found? */
bool history_knows(const struct history *history,
		   const struct capture *capture);

void history_print(FILE *to, const struct history *history);

#endif
