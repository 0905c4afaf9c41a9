/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What everything that was learned says about today's kernel line and image. */
#ifndef LEARNED_H
#define LEARNED_H

#include "plan/plan.h"
#include "state/tally.h"

struct learned {
	/* Of this kernel line; sizes are converted to today's image. */
	struct tally line;
	bool image_has_grown; /* and was in no capture since */
	/* The highest peak of other kernel lines; 0: none. */
	uint64_t others_peak_kib;
	/*
	 * How far above the highest peak a reservation of another kernel line
	 * was in which a capture left nothing.
	 */
	uint64_t others_unseen_kib;
	uint64_t captures_count; /* captures with a peak, of any kernel line */
	uint64_t evidence_count; /* crashes, whatever their image */
	/* Smallest reservation in which an initramfs at least as large as
	 * today's was unpacked; 0 if none. */
	uint64_t unpacked_in_bytes;
	uint64_t initrd_kib; /* the largest that records tell of, packed */
	const struct capture *newest; /* of this kernel line; NULL: none */
};

void learned_collect(const struct plan_input *input, struct learned *out);

/* The rules by which the configuration has captures counted. */
struct tally_rules learned_rules(const struct config *config);

/* True if the capture's record shows that it lacked memory. */
bool learned_ran_out(const struct plan_input *input,
		     const struct capture *capture);

/* The largest size that failed, in KiB; 0: none. A plan is above it. */
uint64_t learned_bound_kib(const struct learned *learned);

#endif
