/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the captures of one kernel line and one image say, in a few numbers.
 * What goes out of a full history stays in them: a size that failed is a bound
 * for good.
 */
#ifndef TALLY_H
#define TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include "state/capture.h"

/* All in KiB; 0 is "none". */
struct tally {
	char release[65]; /* of one of them: capture_same_line() tells the rest
			   */
	char machine[65];
	bool have_initrd;
	uint64_t initrd_kib;  /* the image, packed */
	uint64_t peaks_count; /* captures whose peak is known */
	uint64_t peaks_kib;   /* all of them together */
	uint64_t peak_highest_kib, peak_lowest_kib;
	uint64_t unproven_kib; /* the highest peak that may be another machine's
				*/
	uint64_t saved_in_kib; /* the least reservation that a dump was saved in
				*/
	uint64_t ran_out_kib;  /* the largest in which a capture ran out */
	uint64_t ran_out_count;
	/*
	 * The largest reservation in which two crashes left nothing behind, or
	 * one of which something else is known to have crashed; and the largest
	 * of all, which may have been a power cut.
	 */
	uint64_t silent_kib, silent_once_kib;
	uint64_t silent_count;
};

/*
 * Count one more. starved_kib: a dump that failed where an allocation did, with
 * less than this left, ran out too.
 */
void tally_capture(struct tally *tally, const struct capture *capture,
		   uint64_t starved_kib);

/* Is it of this kernel line, machine and image? */
bool tally_is_of(const struct tally *tally, const struct capture *capture);

/* Add what another one says, its sizes larger by more_kib. */
void tally_add(struct tally *to, const struct tally *from, uint64_t more_kib);

#endif
