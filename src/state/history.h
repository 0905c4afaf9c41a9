/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was learned so far: /var/lib/kdump-dma/history.json, oldest first. */
#ifndef HISTORY_H
#define HISTORY_H

#include <stdio.h>

#include "lib/root.h"
#include "state/capture.h"
#include "state/tally.h"

#define HISTORY_DIR  "var/lib/kdump-dma"
#define HISTORY_NAME "history.json"
/* config's history key stays below this */
#define HISTORY_MAX	  1000
#define HISTORY_BYTES_MAX (2 * 1024 * 1024)

/* Tallies (of a kernel line and image) that are kept for dropped captures. */
#define HISTORY_TALLIES_MAX 64
/* Identities that are kept of captures that a full history dropped. */
#define HISTORY_PAST_MAX 1024

struct history {
	struct capture *captures;
	size_t count;
	/*
	 * Counts of all captures ever learned, also of those that a full
	 * history dropped, by enum capture_outcome. They never decrease.
	 */
	uint64_t crashes[CAPTURE_OUTCOMES], tests[CAPTURE_OUTCOMES];
	/* What the dropped captures showed. */
	struct tally *tallies;
	size_t tallies_count;
	char (*past)[CAPTURE_IDENTITY_MAX];
	size_t past_count;
	/* The file exists but cannot be read: what was learned is unknown. */
	bool damaged;
	/* A newer version wrote it, and can read it again: it stays. */
	bool is_newer;
};

/*
 * 0, also if there is no file yet; -EINVAL if the file is malformed, and why
 * says how; -EPROTONOSUPPORT if a newer version wrote it.
 */
int history_load(const struct root *root, struct history *out,
		 char why[static CAPTURE_ERROR_MAX]);
/* The same from its bytes. */
int history_parse(const char *buf, size_t len, struct history *out,
		  char why[static CAPTURE_ERROR_MAX]);
void history_free(struct history *history);

/*
 * Add one at the end. Beyond limit, the oldest captures are added to their
 * tallies and dropped. 0 or -ENOMEM.
 */
int history_add(struct history *history, const struct capture *capture,
		size_t limit, const struct tally_rules *rules);

bool history_has(const struct history *history, const char *id);

/*
 * The place of a capture in the order in which all were learned, from 1 on; 0:
 * it was not. The dates of a machine without a clock tell nothing.
 */
size_t history_order(const struct history *history,
		     const struct capture *capture);

/* True if this capture is or was in the history, wherever it was found. */
bool history_knows(const struct history *history,
		   const struct capture *capture);

/* For write_file(); arg is a struct history. */
void history_print(FILE *to, const void *arg);

#endif
