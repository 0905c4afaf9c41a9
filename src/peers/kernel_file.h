/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_FILE_H
#define KERNEL_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/root.h"

/* Find a release's kernel below the root; false, with "", if there is none. */
bool kernel_file_find(const struct root *root, const char *release, char *out,
		      size_t size);

/*
 * The first of these formats, each with one %s for the release, that names a
 * file which is there; NULL ends them.
 */
bool kernel_file_first(const struct root *root, const char *const formats[],
		       const char *release, char *out, size_t size);

#endif
