/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is mounted, and what /etc/fstab mounts, by libmount. */
#ifndef MOUNTS_H
#define MOUNTS_H

#include <libmount/libmount.h>
#include <limits.h>
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

#define MOUNTS_UNIT_MAX 256

/*
 * Does an enabled mount unit of systemd have a point on the way to the folder
 * at which nothing is mounted? Tells the point and the unit.
 */
bool mounts_unit_lacks(const struct root *root, struct libmnt_table *mounts,
		       const char *folder, char *point, size_t size,
		       char unit[static MOUNTS_UNIT_MAX]);

/*
 * Does an automount (autofs, x-systemd.automount) into which nobody has looked
 * lie on the way to the folder, and where? To open the folder would wait for
 * its mount, perhaps for long.
 */
bool mounts_await_look(const struct root *root, const char *folder,
		       char point[static PATH_MAX]);

#define MOUNTS_WHY_MAX 256

/*
 * Is the file system mounted that /etc/fstab or a mount unit has for this
 * folder, or for the nearest one above it, and does it outlive a reboot? With
 * nofail it may not be mounted. Then the folder is another one, and a dump that
 * is missing in it says nothing. Links on the way are followed; one that leads
 * nowhere may lead to a disk that is not mounted. false: why says what is wrong
 * and what to do.
 */
bool mounts_are_there(const struct root *root, const char *folder,
		      char why[static MOUNTS_WHY_MAX]);

/* Only the last of it: is it a folder, or can it be made? */
bool mounts_can_hold(const struct root *root, const char *folder,
		     char why[static MOUNTS_WHY_MAX]);

/* Is something mounted at that point, or is it not known what is mounted? */
bool mounts_may_have(const struct root *root, const char *point);

/* Does /etc/fstab have that point, and is it known that nothing is there? */
bool mounts_lack(const struct root *root, const char *point);

#endif
