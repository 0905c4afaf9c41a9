/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs the programs that put changed files into force. */
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
	bool is_unfinished; /* an earlier run's: keep what others set since */
	bool no_commands;   /* as below another root */
};

/* Print a line for each PENDING_ bit of pending, for people. */
void commands_describe(FILE *to, const char *prefix,
		       const struct commands_input *input, uint64_t pending);

/*
 * -ENODEV, after a message on standard error, if /etc/fstab has /boot, or
 * another partition that this boot loader reads, and nothing is mounted there:
 * what is written to it now, no boot loader reads.
 */
int commands_look_for_boot(const struct root *root,
			   const struct bootloader *bootloader);

/*
 * Have the backend load its image again, within that time. 0, or -errno after a
 * message on standard error.
 */
int commands_reload(const struct backend *backend, unsigned int seconds);

/*
 * Run each pending command, and clear its bit in *pending if it worked. 0,
 * COMMIT_UNSEEN, or the first error after a message on standard error. Below a
 * root that is not "/", or with no_commands, each command is only printed and
 * counts as done.
 */
int commands_run(const struct commands_input *input, uint64_t *pending);

#endif
