/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_PARTITION_H
#define CAPTURE_PARTITION_H

#include <stdbool.h>

#include "lib/root.h"

/*
 * True if the partition with this name in /sys/class/block has this PARTUUID,
 * or this PARTLABEL; the other is NULL. Reads the partition table of the disk,
 * GPT or MBR.
 */
bool partition_is(const struct root *root, const char *name, const char *uuid,
		  const char *label);

#endif
