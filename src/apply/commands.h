/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What has to run after files were changed, so that the change counts. */
#ifndef COMMANDS_H
#define COMMANDS_H

#include <stdint.h>
#include <stdio.h>

#include "host/host.h"
#include "lib/root.h"

/* Kept in the file "applied": values never change. */
enum {
	COMMAND_EDITS = 1 << 0, /* not a command: files were being changed */
	COMMAND_UPDATE_GRUB = 1 << 1,
	COMMAND_GRUBBY = 1 << 2,
	COMMAND_OSTREE = 1 << 3,
	COMMAND_KERNEL_INSTALL = 1 << 4,
	COMMAND_KDUMPTOOL = 1 << 5,
	COMMAND_RELOAD = 1 << 6, /* the capture image, by its backend */

	/* those that give the boot loader crashkernel= */
	COMMANDS_LOADER = COMMAND_UPDATE_GRUB | COMMAND_GRUBBY |
			  COMMAND_OSTREE | COMMAND_KERNEL_INSTALL |
			  COMMAND_KDUMPTOOL,
};

struct commands_input {
	const struct root *root;
	const struct host *host;
	const char *crashkernel; /* words for the boot loader; may be "" */
	bool is_rest;	  /* of an earlier run: what others set since stays */
	bool no_commands; /* as below another root */
};

/* A line for each, for people: what that command is here. */
void commands_describe(FILE *to, const char *prefix,
		       const struct commands_input *input, uint64_t commands);

/*
 * Run each; those that worked are taken out of *commands. 0, or the first
 * error after a message on standard error. Below a root that is not "/",
 * or with no_commands, nothing is run: what is not run is said, and everything
 * counts as done.
 */
int commands_run(const struct commands_input *input, uint64_t *commands);

#endif
