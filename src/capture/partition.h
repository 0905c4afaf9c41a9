/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_PARTITION_H
#define CAPTURE_PARTITION_H

#include <stdbool.h>

#include "lib/root.h"

/*
 * Is the partition called name in /sys/class/block the one with this PARTUUID,
 * or with this PARTLABEL (the other is NULL)? From the table of its disk, GPT
 * or MBR.
 */
bool partition_is(const struct root *root, const char *name, const char *uuid,
		  const char *label);

#endif
