/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_STACK_H
#define CAPTURE_STACK_H

#include <stdbool.h>

#include "lib/root.h"

/*
 * Put together what the configuration's "stack" lines name, from the disk up,
 * as far as its parts are there. is_degraded: start a RAID also without what it
 * lacks. Cheap if there is nothing to do. False if a disk of several paths
 * lacks one: it works, and would be lost with the path that it has.
 */
bool stack_build(const struct root *root, bool is_degraded);

/* What the name of the topmost device begins with in sysfs; "" for a disk. */
const char *stack_names(void);

#endif
