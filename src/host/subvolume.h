/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The subvolume of a btrfs that a mount without options shows. */
#ifndef SUBVOLUME_H
#define SUBVOLUME_H

#include <libmount/libmount.h>
#include <stdbool.h>

#include "host/target.h"

/*
 * Where its default subvolume lies, from the top of the file system: "" is the
 * top. mount is one of the target's. false: that is not known here.
 */
bool subvolume_default(const struct root *root, struct libmnt_table *mounts,
		       const struct target *target, struct libmnt_fs *mount,
		       char path[static TARGET_PATH_MAX]);

#endif
