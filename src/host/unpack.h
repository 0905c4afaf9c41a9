/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The unpacked size of an initramfs whose headers do not say it. */
#ifndef UNPACK_H
#define UNPACK_H

#include "host/image.h"
#include "lib/root.h"

/*
 * Fill in the unpacked size: from what was found out before (the cache in
 * /var/lib/kdump-dma, by path, size and time of change), or, on the machine
 * itself, by unpacking once with the program it was packed with. Leaves
 * have_unpacked false if neither works. fd is the open image.
 */
void unpack_measure(const struct root *root, const char *path, int fd,
		    struct initramfs *initramfs);

#endif
