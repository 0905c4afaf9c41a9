/* SPDX-License-Identifier: GPL-2.0-or-later */
/* crashkernel= in the files that the next boot line is made from. */
#ifndef BOOT_FILES_H
#define BOOT_FILES_H

#include <stddef.h>

#include "host/bootloader.h"
#include "lib/root.h"

/*
 * All crashkernel= words that people and packages wrote there, ours left out,
 * with one blank between them: what the next boot gets, if it was booted or
 * not. A value that only a shell could tell counts; one that the kernel would
 * refuse does not. -ENOENT: none, or none of the files that are known; -ENOSPC.
 */
int boot_files_crashkernel(const struct root *root, enum bootloader bootloader,
			   char *buf, size_t size);

#endif
