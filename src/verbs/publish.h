/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PUBLISH_H
#define PUBLISH_H

#include "lib/root.h"
#include "plan/capture_image.h"

/*
 * Put the image that was built in the folder dir in the place of the old one,
 * with the list of what it was made from: the files "image" and "from" of dir,
 * which is on the same file system. It is compared with wanted before. One with
 * a fault is put only where there is none, without its list, so that the next
 * load builds it again; one that is not whole is put nowhere. An exit status:
 * STATUS_NOT_ARMED for a fault, after all of them on standard error.
 */
int publish(const struct root *root, const struct capture_image *wanted,
	    const char *dir);

#endif
