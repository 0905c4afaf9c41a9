/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Trouble is a file that exists but cannot be read because of the machine: a
 * broken disk, no memory, no file descriptors. Nothing is decided without that
 * file. Absent files are no trouble, nor is /sys, where some reads always fail.
 */
#ifndef TROUBLE_H
#define TROUBLE_H

#include <stdbool.h>

/* Report the first such file on standard error from now on. */
void trouble_watch(void);
bool trouble_seen(void);

/* True if err is one of those reasons. */
bool trouble_is(int err);

#endif
