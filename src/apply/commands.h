/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What has to run after files were changed, so that the change counts. */
#ifndef COMMANDS_H
#define COMMANDS_H

#include <stdint.h>
#include <stdio.h>

#include "host/host.h"
#include "lib/root.h"
#include "state/state.h"

struct commands_input {
	const struct root *root;
	const struct host *host;
	const char *crashkernel; /* words for the boot loader; may be "" */
	bool is_unfinished; /* of an earlier run: what others set since stays */
	bool no_commands;   /* as below another root */
};

/* A line for each of pending (see state.h), for people. */
void commands_describe(FILE *to, const char *prefix,
		       const struct commands_input *input, uint64_t pending);

/*
 * Run each; those that worked are taken out of *pending. 0, COMMIT_UNSEEN, or
 * the first error after a message on standard error. Below a root that is not
 * "/", or with no_commands, nothing is run: what is not run is said, and
 * everything counts as done.
 */
int commands_run(const struct commands_input *input, uint64_t *pending);

#endif
