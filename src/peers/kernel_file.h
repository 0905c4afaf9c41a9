/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_FILE_H
#define KERNEL_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/root.h"

/*
 * Find a release's kernel below the root: a file of its own, or a unified
 * kernel image with that release in it. false, with "", if there is none.
 */
bool kernel_file_find(const struct root *root, const char *release, char *out,
		      size_t size);

/*
 * Open a kernel for kexec or QEMU, which load no unified kernel image: of one,
 * the fd is a copy of the kernel in it, in memory. The fd is the caller's, or
 * -errno. kernel_file_open() opens a path below the root.
 */
int kernel_file_open(const struct root *root, const char *path);
int kernel_file_inner(int fd); /* takes fd over */
/* Is it one? */
bool kernel_file_is_unified(const struct root *root, const char *path);

/*
 * The first of these formats, each with one %s for the release, that names a
 * file which is there; NULL ends them.
 */
bool kernel_file_first(const struct root *root, const char *const formats[],
		       const char *release, char *out, size_t size);

#endif
