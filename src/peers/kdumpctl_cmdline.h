/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line that kdumpctl gives its capture kernel. */
#ifndef KDUMPCTL_CMDLINE_H
#define KDUMPCTL_CMDLINE_H

#include <stddef.h>

#include "lib/root.h"

/*
 * What prepare_cmdline() of kdump-utils 1.0.61 makes of the running kernel's
 * words ("" if they are not known) and of /etc/sysconfig/kdump below root, but
 * for the words that it takes from this machine's processor and watchdogs. 0,
 * -ENOSPC, or another -errno if a variable there is not understood.
 */
int kdumpctl_cmdline(const struct root *root, const char *running, char *out,
		     size_t size);

#endif
