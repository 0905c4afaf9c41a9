/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs of kdump-dma: each parses its own options and returns a status. */
#ifndef KDUMP_DMA_VERBS_H
#define KDUMP_DMA_VERBS_H

/* Exit statuses that all verbs share. */
enum status {
	STATUS_OK = 0,
	STATUS_ERROR = 1,
	STATUS_USAGE = 2,
	STATUS_CHANGE = 3,    /* plan: a change is advised */
	STATUS_UNKNOWN = 4,   /* plan: cannot tell */
	STATUS_NOT_ARMED = 5, /* status: a crash would not be captured */
};

int verb_config(int argc, char **argv);
int verb_plan(int argc, char **argv);
int verb_apply(int argc, char **argv);
int verb_revert(int argc, char **argv);
int verb_learn(int argc, char **argv);
int verb_status(int argc, char **argv);
int verb_list(int argc, char **argv);
int verb_metrics(int argc, char **argv);
int verb_snapshot(int argc, char **argv);
int verb_check(int argc, char **argv);

/* What plan and apply exit with if all went well. */
struct plan;
enum status plan_status(const struct plan *plan);

/* apply without options, for learn */
int apply_below(const char *dir);

#endif
