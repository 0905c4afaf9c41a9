/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What only programs can tell about the capture image: its unpacked size, if no
 * header has it, and the memory that opening this machine's disks takes.
 */
#ifndef MEASURE_H
#define MEASURE_H

#include "lib/root.h"

/*
 * Run these programs, and remember the sizes for verbs that only read (struct
 * measured). An image that was unpacked before is not unpacked again. Only on
 * the live system, under the lock; takes seconds, a minute at most. 0 or the
 * -errno of writing; a size that could not be found out is left out.
 */
int measure(const struct root *root, const char *initramfs_path);

#endif
