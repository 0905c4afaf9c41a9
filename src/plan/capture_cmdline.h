/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line of the native backend's capture kernel: first the words of
 * the running kernel, without those that do not fit a capture kernel, then
 * ours, then those that the configuration adds. Two tables have the words that
 * are left out and ours, with the reasons.
 */
#ifndef CAPTURE_CMDLINE_H
#define CAPTURE_CMDLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* COMMAND_LINE_SIZE is 2048 on most architectures and never above 4096. */
#define CAPTURE_CMDLINE_MAX 4096

struct capture_cmdline_input {
	const char *running;	/* /proc/cmdline */
	const char *remove;	/* names of words to leave out, also of ours */
	const char *append;	/* last on the line */
	const char *machine;	/* uname -m */
	const char *sys_vendor; /* sys/class/dmi/id/sys_vendor; "" if unknown */
	const char *kernel_config; /* its text; NULL if it cannot be read */
};

/* Make the line. -ENOSPC if it does not fit: out is "" then. */
int capture_cmdline_make(const struct capture_cmdline_input *in, char *out,
			 size_t size);

/*
 * True if that kernel makes the files of tracefs. Of in, remove and
 * kernel_config count.
 */
bool capture_cmdline_makes_tracefs(const struct capture_cmdline_input *in);

#endif
