/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How much to reserve, and why: inside of the plan of crashkernel=, which
 * brings it into a form that the kernel understands.
 */
#ifndef SIZING_H
#define SIZING_H

#include "config/crashkernel.h"
#include "lib/macros.h"
#include "plan/learned.h"
#include "plan/plan.h"

/* Everything that decides, in bytes; 0 is "not known" or "none". */
struct sizing {
	const struct plan_input *input;
	struct learned learned;
	struct estimate estimate;
	struct crashkernel_result now; /* configured for the next boot */
	uint64_t now_bytes;	       /* all parts of it */
	uint64_t reserved_bytes; /* for the same words, by the running kernel */
	uint64_t asked_bytes;	 /* what the running kernel did not reserve */
	bool other_form;	 /* and what is planned has another form */
	bool high;		 /* write it as ,high and ,low */
	bool needs_low;
	uint64_t low_bytes;
	uint64_t share_bytes; /* of RAM, at most */
	uint64_t table_bytes;
	uint64_t too_small_below; /* where it has nothing; 0: not so small */
	uint64_t want_bytes;
	bool failed; /* the last capture did */
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

/* What is needed or used, for people. What there is, is rounded down. */
static inline uint64_t mib(uint64_t bytes)
{
	return (bytes + MIB - 1) / MIB;
}

/* Fill want_bytes, reason, why and failed. */
void sizing_choose(struct sizing *sizing);

/* What the main part holds at least: the image while it is unpacked. */
uint64_t sizing_least_bytes(const struct sizing *sizing);

/* No plan is above it; what is set already may be. 0: none. */
uint64_t sizing_limit_bytes(const struct sizing *sizing);

/* Is it known that no dump can be relied on in this size? */
bool sizing_has_failed(const struct sizing *sizing, uint64_t bytes);

/* "", or what to say where captures ran out at the limit: more is no cure. */
const char *sizing_futile(const struct sizing *sizing);

#endif
