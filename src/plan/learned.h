/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What everything that was learned says about today's kernel line and image. */
#ifndef LEARNED_H
#define LEARNED_H

#include "plan/plan.h"
#include "state/tally.h"

struct learned {
	/* This kernel line's, with sizes as they would be with today's image.
	 */
	struct tally line;
	bool image_has_grown; /* and nothing was captured with it yet */
	/* Other kernel lines': 0 if there are none. */
	uint64_t others_peak_kib;
	/* How much more than the highest peak took to leave anything behind. */
	uint64_t others_unseen_kib;
	uint64_t captures_count; /* with a peak, of any kernel line */
	uint64_t evidence_count; /* and those that lacked memory */
	/* Smallest reservation in which an initramfs at least as large as
	 * today's was unpacked; 0 if none. */
	uint64_t unpacked_in_bytes;
	const struct capture *newest; /* of this kernel line; NULL: none */
};

void learned_collect(const struct plan_input *input, struct learned *out);

/* How captures are counted, by the configuration. */
struct tally_rules learned_rules(const struct config *config);

/* Did it lack memory, as far as anything says? */
bool learned_ran_out(const struct plan_input *input,
		     const struct capture *capture);

/* A size that failed: what is planned is larger. In KiB, 0: none. */
uint64_t learned_bound_kib(const struct learned *learned);

#endif
