/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs of kdump-dma: each returns an exit status. */
#ifndef KDUMP_DMA_VERBS_H
#define KDUMP_DMA_VERBS_H

#include "verbs/options.h"

/* Exit statuses that all verbs share. */
enum status {
	STATUS_OK = 0,
	STATUS_ERROR = 1,
	STATUS_USAGE = 2,
	STATUS_CHANGE = 3,    /* plan: a change is advised */
	STATUS_UNKNOWN = 4,   /* plan: cannot tell */
	STATUS_NOT_ARMED = 5, /* status: a crash would not be captured */
};

int verb_config(const struct options *options);
int verb_plan(const struct options *options);
int verb_apply(const struct options *options);
int verb_revert(const struct options *options);
int verb_learn(const struct options *options);
int verb_status(const struct options *options);
int verb_list(const struct options *options);
int verb_show(const struct options *options);
int verb_test(const struct options *options);
int verb_metrics(const struct options *options);
int verb_snapshot(const struct options *options);
int verb_target(const struct options *options);
int verb_image(const struct options *options);
int verb_rehearse(const struct options *options);
int verb_unlock(const struct options *options);
int verb_check(const struct options *options);

/* What plan and apply exit with if all went well. */
struct plan;
enum status plan_status(const struct plan *plan);

/* apply below dir as a unit runs it, for learn: not after a revert */
int apply_by_itself(const char *dir);

#endif
