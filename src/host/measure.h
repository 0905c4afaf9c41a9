/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What only programs can tell of the capture image: its unpacked size, if no
 * header says it, and what opening the disks of this machine takes.
 */
#ifndef MEASURE_H
#define MEASURE_H

#include "lib/root.h"

/*
 * Ask them, and remember it for those that only read (struct measured). An
 * image that was unpacked before is not unpacked again. On the machine itself
 * only, under the lock; takes seconds, a minute at most. 0 or -errno of the
 * writing; what could not be told is left out.
 */
int measure(const struct root *root, const char *initramfs_path);

#endif
