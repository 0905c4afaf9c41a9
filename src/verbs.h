/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs of kdump-dma: each parses its own options and returns a status. */
#ifndef KDUMP_DMA_VERBS_H
#define KDUMP_DMA_VERBS_H

/* Exit statuses that all verbs share. */
enum status {
	STATUS_OK = 0,
	STATUS_ERROR = 1,
	STATUS_USAGE = 2,
	STATUS_CHANGE = 3,  /* plan: a change is advised */
	STATUS_UNKNOWN = 4, /* plan: cannot tell */
};

int verb_config(int argc, char **argv);
int verb_plan(int argc, char **argv);

#endif
