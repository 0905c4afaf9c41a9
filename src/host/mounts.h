/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MOUNTS_H
#define MOUNTS_H

#include <stdbool.h>

#include "lib/root.h"

/*
 * Is the file system mounted that /etc/fstab has for this folder, or for the
 * nearest one above it? With nofail it may not be. Then the folder is another
 * one, and a dump that is missing in it says nothing.
 */
bool mounts_are_there(const struct root *root, const char *folder);

/* Is something mounted at that point, or is it not known what is mounted? */
bool mounts_may_have(const struct root *root, const char *point);

#endif
