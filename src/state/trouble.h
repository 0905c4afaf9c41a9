/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file that is there and could not be read for a reason that lies with the
 * machine (a broken disk, no memory, no file descriptors): what it says is not
 * known, and nothing is decided without it. Absent files are no trouble, nor
 * is /sys, where reading some files always fails.
 */
#ifndef TROUBLE_H
#define TROUBLE_H

#include <stdbool.h>

/* From here on, the first such file is said on standard error. */
void trouble_watch(void);
bool trouble_seen(void);

/* Is err one that lies with the machine? */
bool trouble_is(int err);

#endif
