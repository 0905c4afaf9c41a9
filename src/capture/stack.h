/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_STACK_H
#define CAPTURE_STACK_H

#include <stdbool.h>

#include "lib/root.h"

/*
 * Put together what the "stack" lines of the configuration name, from the disk
 * up, as far as the parts are there. is_degraded: start a RAID without its
 * missing parts, too. Takes little time if there is nothing to do. false: a
 * disk with several paths has not all of them yet. It can be used, but would be
 * lost with the path that it has.
 */
bool stack_build(const struct root *root, bool is_degraded);

/* How the topmost device's name begins ("dm-"); "" if it is a disk. */
const char *stack_names(void);

#endif
