/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SCSI_ID_H
#define SCSI_ID_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/root.h"

/*
 * What a disk says that it is, the same on each path to it: its WWID, or its
 * unit serial number (VPD page 80h) where it has no name that is unique in the
 * world. block is its folder in sysfs, below the root. Blanks become "_";
 * false, with "", if it says neither.
 */
bool scsi_id(const struct root *root, const char *block, char *out,
	     size_t size);

#endif
