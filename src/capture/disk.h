/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_DISK_H
#define CAPTURE_DISK_H

#include <stdbool.h>

#include "lib/root.h"

/*
 * Does the disk called name in /sys/class/block, or that of a partition of this
 * name, say that it is id? By its WWID, or its serial number, as the host wrote
 * it down. False for an empty id.
 */
bool disk_is(const struct root *root, const char *name, const char *id);

#endif
