/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the captures of one kernel line and one image showed, in a few numbers.
 * They outlive the captures that a full history drops, so a size that failed
 * stays a bound.
 */
#ifndef TALLY_H
#define TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include "state/capture.h"

/* 0 means none. */
struct tally {
	char release[65]; /* of one: capture_same_line() tells the rest */
	char machine[65];
	bool have_initrd;
	uint64_t initrd_kib;  /* the image, packed */
	uint64_t peaks_count; /* captures whose peak is known */
	uint64_t peaks_kib;   /* sum of those peaks */
	uint64_t peak_highest_kib, peak_lowest_kib;
	uint64_t unproven_kib; /* highest that may be another machine's */
	uint64_t saved_in_kib; /* the least that saved a dump */
	uint64_t ran_out_kib;  /* the largest in which a capture ran out */
	uint64_t ran_out_count;
	/*
	 * silent_kib: the largest reservation in which two crashes left no
	 * dump, or one that other evidence proves. silent_once_kib: the largest
	 * in which one did, which may have been a power cut.
	 */
	uint64_t silent_kib, silent_once_kib;
	uint64_t silent_once_at; /* when: seconds since 1970; 0: not known */
	uint64_t silent_count;
};

struct tally_rules {
	/*
	 * A dump also ran out of memory if it failed, an allocation failed, and
	 * less than this was left.
	 */
	uint64_t starved_kib;
	/*
	 * Two that may have been power cuts, with more time than this between
	 * them, do not count as two; 0: they always do.
	 */
	uint64_t weak_seconds;
};

/* Count one more. */
void tally_capture(struct tally *tally, const struct capture *capture,
		   const struct tally_rules *rules);

/* True if capture is of the tally's kernel line, machine and image. */
bool tally_is_of(const struct tally *tally, const struct capture *capture);

/* Add from's counts to to, with from's sizes enlarged by more_kib. */
void tally_add(struct tally *to, const struct tally *from, uint64_t more_kib,
	       const struct tally_rules *rules);

/* Forget what may have been a power cut, if that was too long before now. */
void tally_fade(struct tally *tally, uint64_t now_seconds,
		const struct tally_rules *rules);

#endif
