/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_MAPPER_H
#define CAPTURE_MAPPER_H

#include "lib/root.h"
#include "lib/text.h"

/*
 * The device mapper's ioctls, without dmsetup, libdevmapper and a daemon: once
 * made, a multipath map fails over by itself.
 *
 * "NAME SECTORS HANDLER WWID [PATHS]": a map of all disks of that WWID, which
 * is made with the first path, and again with each that comes later. HANDLER
 * has commas for blanks. What is wrong with a line, or in the kernel, becomes
 * an event, once. False if the host had more paths than are there by now.
 */
bool mapper_multipath(const struct root *root, struct text line);

/* "NAME PARENT START SECTORS": a partition of a device of the device mapper. */
void mapper_partition(const struct root *root, struct text line);

#endif
