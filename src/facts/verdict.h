/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VERDICT_H
#define VERDICT_H

#include "facts/facts.h"

enum verdict {
	VERDICT_UNKNOWN,
	VERDICT_MANAGED,
	VERDICT_UNMANAGED,
	VERDICT_ABSENT,
};

/* Why a verdict was given; verdict_reason_text() has a sentence for each. */
enum verdict_reason {
	REASON_ZONEINFO_MISSING,
	REASON_ZONEINFO_MALFORMED,
	REASON_DMA_MANAGED,
	REASON_DMA_NONE_MANAGED,
	REASON_DMA_NOT_LISTED, /* Linux before 4.12: unpopulated */
	REASON_NO_ZONE_DMA,
	REASON_NO_ZONE_LISTS, /* before 4.12, and no /proc/vmstat to tell */
};

struct verdicts {
	enum verdict
		dma; /* ZONE_DMA, any node: the kernel's has_managed_dma() */
	enum verdict dma32;	    /* the same for memory below 4 GiB */
	enum verdict_reason reason; /* of dma */
};

/* Pure. zoneinfo decides; where it is silent, vmstat and the version do. */
struct verdicts verdict_of(const struct facts *facts);

/* "managed", "unmanaged", "absent", "unknown" */
const char *verdict_name(enum verdict verdict);
/* "dma-managed", ...: stable, for programs */
const char *verdict_reason_name(enum verdict_reason reason);
/* A sentence for people, without numbers. */
const char *verdict_reason_text(enum verdict_reason reason);

/* kdump-dma-check's exit status for a verdict: 0, 1, 3 or 4 */
int verdict_exit_status(enum verdict verdict);

/* Does this kernel have our coherent_pool= and dma-kmalloc patches? */
enum patched {
	PATCHED_UNKNOWN,
	PATCHED_YES,
	PATCHED_NO,
};

/*
 * Only a kernel with an unmanaged DMA zone shows this: without the patches it
 * still has dma-kmalloc caches. For any other kernel the answer is unknown.
 */
enum patched patched_of(const struct facts *facts, enum verdict dma);
const char *patched_name(enum patched patched);

#endif
