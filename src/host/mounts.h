/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is mounted, and what /etc/fstab mounts, by libmount. */
#ifndef MOUNTS_H
#define MOUNTS_H

#include <libmount/libmount.h>
#include <stdbool.h>

#include "lib/root.h"

#define MOUNTS_NOW   "proc/self/mountinfo"
#define MOUNTS_FSTAB "etc/fstab"

/*
 * One of these files; the caller releases it by mnt_unref_table(). NULL if it
 * is missing or is not one of mounts.
 */
struct libmnt_table *mounts_read(const struct root *root, const char *path);

/*
 * The nearest mount point that is the folder, or above it; of several at one
 * place the last. NULL: there is none.
 */
struct libmnt_fs *mounts_above(struct libmnt_table *table, const char *folder);

/*
 * Is the file system mounted that /etc/fstab has for this folder, or for the
 * nearest one above it? With nofail it may not be. Then the folder is another
 * one, and a dump that is missing in it says nothing.
 */
bool mounts_are_there(const struct root *root, const char *folder);

/* Is something mounted at that point, or is it not known what is mounted? */
bool mounts_may_have(const struct root *root, const char *point);

/* Does /etc/fstab have that point, and is it known that nothing is there? */
bool mounts_lack(const struct root *root, const char *point);

#endif
