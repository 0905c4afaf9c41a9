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

/* The numbers behind it; 0 is "not known". */
struct plan_numbers {
	uint64_t ram_bytes;
	uint64_t reserved_bytes;   /* by the running kernel */
	uint64_t configured_bytes; /* for the next boot */
	uint64_t measured_bytes;   /* peak of the captures that count */
	uint64_t captures_count;   /* how many those are */
	uint64_t base_bytes;	   /* what is needed, before any margin */
	uint64_t needed_bytes;	   /* with margin, rounded */
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

/* The two settings; plan_make() calls them. */
void plan_coherent_pool(const struct plan_input *input,
			struct setting *setting);
void plan_crashkernel(const struct plan_input *input, struct setting *setting,
		      struct plan_numbers *numbers);

/* Does it change a setting? Could it not tell about one? */
bool plan_has_change(const struct plan *plan);
bool plan_has_unknown(const struct plan *plan);

#endif
