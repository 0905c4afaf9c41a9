/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_MAPPER_H
#define CAPTURE_MAPPER_H

#include "lib/root.h"
#include "lib/text.h"

/*
 * Maps of the device mapper, by its ioctls: no dmsetup, libdevmapper or daemon
 * is in the image. The kernel itself changes from a failed path of a multipath
 * map to another.
 *
 * Line: "NAME SECTORS HANDLER WWID [PATHS]". Make a map of all disks with this
 * WWID as soon as there is one, and load it anew when another comes. HANDLER
 * has commas in place of blanks. An error becomes an event, once. false: the
 * host had more paths than have come until now.
 */
bool mapper_multipath(const struct root *root, struct text line);

/*
 * "SECTORS CIPHER KEY IV-OFFSET @ START [OPTIONS]": map what the LUKS device at
 * node holds, with a key of the kernel's keyring, under that name and UUID, by
 * which lvm may know it. "@" stands for the device. 0 or -errno; then there is
 * no such map.
 */
int mapper_crypt(const struct root *root, const char *name, const char *uuid,
		 const char *node, struct text line);
/* Is there a map of that name? */
bool mapper_has(const struct root *root, const char *name);

/* "NAME PARENT START SECTORS": map a partition of the map PARENT. */
void mapper_partition(const struct root *root, struct text line);

#endif
