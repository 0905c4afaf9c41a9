/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_LOOK_H
#define CAPTURE_LOOK_H

#include "capture/block.h"

/* To be called first. 0 or -errno. */
int look_begin(void);

/*
 * Look at every block device whose name begins with prefix, and call take for
 * those that are what (a device as for block_look()). A disk that does not
 * answer costs 5 s, and is left out for a while. 0, or -errno if the devices
 * cannot be listed.
 */
int look_all(const struct root *root, const char *prefix, const char *what,
	     void (*take)(void *arg, const char *name,
			  const struct block *seen),
	     void *arg);

#endif
