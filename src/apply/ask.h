/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ASK_H
#define ASK_H

#include "config/config.h"
#include "lib/root.h"

/*
 * Ask the backend's program for its default of crashkernel=, and the package of
 * the boot loader's files whether a person changed them; store the answers.
 * Only for verbs that change something; the caller holds the lock. Without an
 * answer, earlier ones stay, and it is no error. Below a root that is not "/"
 * no program is run. cmdline: the running kernel's.
 */
void ask_peers(const struct root *root, const struct config *config,
	       const char *cmdline);

#endif
