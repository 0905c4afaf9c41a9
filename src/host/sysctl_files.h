/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of sysctl.d(5) set. */
#ifndef SYSCTL_FILES_H
#define SYSCTL_FILES_H

#include <stdbool.h>

#include "lib/root.h"
#include "lib/text.h"

/* by: the path of the file that sets it. */
typedef void sysctl_fn(void *arg, struct text key, struct text value,
		       const char *by);

/* Call fn for each key that they set, in the order in which they count. */
void sysctl_files_each(const struct root *root, sysctl_fn *fn, void *arg);

/* The same for one file by its path below the root. */
void sysctl_file_each(const struct root *root, const char *path, sysctl_fn *fn,
		      void *arg);

/* Is that key this one, which has "/" between its parts? Pure. */
bool sysctl_is_key(struct text text, const char *key);

#endif
