/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From facts, learned captures and policy to settings. Pure. */
#ifndef PLAN_H
#define PLAN_H

#include "config/config.h"
#include "facts/facts.h"
#include "facts/predict.h"
#include "host/host.h"
#include "plan/estimate.h"
#include "plan/setting.h"
#include "state/history.h"

/* The numbers that a plan is made from; 0: not known. */
struct plan_numbers {
	uint64_t ram_bytes;
	uint64_t reserved_bytes;   /* that the running kernel reserved */
	uint64_t configured_bytes; /* that the next boot will reserve */
	uint64_t measured_bytes;   /* highest, of this kernel line */
	uint64_t captures_count;   /* of this line, with a peak */
	uint64_t base_bytes;	   /* measured or estimated, without a margin */
	uint64_t needed_bytes;	   /* with a margin, rounded */
	struct estimate estimate;
};

struct plan {
	struct setting settings[SETTINGS];
	struct plan_numbers numbers;
};

struct plan_input {
	const struct facts *facts;
	const struct host *host;
	const struct history *history;
	const struct config *config;
};

void plan_make(const struct plan_input *input, struct plan *plan);

/* Plan one setting each. For plan_make(). */
void plan_coherent_pool(const struct plan_input *input,
			struct setting *setting);
void plan_crashkernel(const struct plan_input *input, struct setting *setting,
		      struct plan_numbers *numbers);

/* True if it changes a setting; true if a setting could not be planned. */
bool plan_has_change(const struct plan *plan);
bool plan_has_unknown(const struct plan *plan);

#endif
