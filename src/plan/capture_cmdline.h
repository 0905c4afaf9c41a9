/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line of the native backend's capture kernel: the words of the
 * running kernel but for those that do not fit, ours, then what the
 * configuration adds. One table has all of them, with the reason.
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
	const char *remove;	/* names that are taken out, and ours of them */
	const char *append;	/* last on the line */
	const char *machine;	/* uname -m */
	const char *sys_vendor; /* sys/class/dmi/id/sys_vendor; "" if unknown */
	const char *kernel_config; /* its text; NULL if it cannot be read */
};

/*
 * Make the line. -ENOSPC if it does not fit; out is "" then.
 */
int capture_cmdline_make(const struct capture_cmdline_input *in, char *out,
			 size_t size);

/*
 * Why a word of the running kernel's is left out; NULL if it is not. name_len
 * is all that is looked at of it: the part before "=".
 */
const char *capture_cmdline_dropped(const struct capture_cmdline_input *in,
				    const char *word, size_t len);

/* Each word of ours that is on the line, with its reason. */
void capture_cmdline_each(const struct capture_cmdline_input *in,
			  void (*fn)(void *arg, const char *word,
				     const char *reason),
			  void *arg);

#endif
