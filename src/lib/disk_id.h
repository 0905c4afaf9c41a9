/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DISK_ID_H
#define DISK_ID_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/root.h"

#define DISK_ID_MAX 128

/*
 * What a disk says that it is, the same on each path to it and in each kernel:
 * its WWID, or its serial number where it has no name that is unique in the
 * world. folder is the disk's, or a partition's, in sysfs below the root.
 * Blanks become "_"; false, with "", if it says nothing.
 */
bool disk_id(const struct root *root, const char *folder,
	     char out[static DISK_ID_MAX]);

#endif
