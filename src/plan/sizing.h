/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How much to reserve, and why. A part of the plan of crashkernel=:
 * plan_crashkernel.c calls it, and writes the result as the kernel reads it.
 */
#ifndef SIZING_H
#define SIZING_H

#include "config/crashkernel.h"
#include "lib/macros.h"
#include "plan/learned.h"
#include "plan/plan.h"

/* All that the size is decided by. 0: not known, or none. */
struct sizing {
	const struct plan_input *input;
	struct learned learned;
	struct estimate estimate;
	struct crashkernel_result now; /* what is set for the next boot */
	uint64_t now_bytes;	       /* the sum of its parts */
	uint64_t reserved_bytes;       /* by the running kernel, for the same */
	uint64_t asked_bytes;	       /* and not reserved by this kernel */
	bool other_form; /* the plan has another form (,high or not) */
	bool high;	 /* write it as ,high and ,low */
	bool needs_low;
	uint64_t low_bytes;
	uint64_t share_bytes; /* the share of memory that a plan has at most */
	uint64_t table_bytes;
	uint64_t too_small_below; /* 0: the table has a size */
	uint64_t want_bytes;
	bool failed; /* the last capture failed */
	enum plan_reason reason;
	char why[PLAN_SENTENCE_MAX / 2];
};

static inline uint64_t policy(const struct sizing *sizing, enum config_key key)
{
	return config_number(sizing->input->config, key);
}

static inline uint64_t round_up(uint64_t bytes, uint64_t step)
{
	return (bytes + step - 1) / step * step;
}

/*
 * MiB for messages. Rounded up, for what is needed or used; what is there is
 * divided by MIB instead.
 */
static inline uint64_t mib(uint64_t bytes)
{
	return (bytes + MIB - 1) / MIB;
}

/* Sets want_bytes, reason, why and failed. */
void sizing_choose(struct sizing *sizing);

/* The least size of the main part: the image has to be unpacked in it. */
uint64_t sizing_least_bytes(const struct sizing *sizing);

/* No plan is above this limit; what is set already may be. 0: no limit. */
uint64_t sizing_limit_bytes(const struct sizing *sizing);

/* True if a capture failed in this size or in a larger one. */
bool sizing_has_failed(const struct sizing *sizing, uint64_t bytes);

/*
 * To be added to a sentence: that more memory does not help if captures failed
 * repeatedly. "": they did not.
 */
const char *sizing_futile(const struct sizing *sizing);

#endif
