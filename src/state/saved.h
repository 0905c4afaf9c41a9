/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What files were before apply, so that revert can restore every byte. For each
 * file, /var/lib/kdump-dma/saved has: .before, its original content (.absent:
 * it had none); .next, what apply is writing; .after, what apply wrote last;
 * .mixed (empty), if somebody else wrote to it in between.
 */
#ifndef SAVED_H
#define SAVED_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/root.h"

#define SAVED_DIR      "var/lib/kdump-dma/saved"
#define SAVED_FILE_MAX (256 * 1024)

/*
 * path is the file's, below the root; suffix one of those above. 1: such a copy
 * is kept; 0: none is; -errno: that cannot be told.
 */
int saved_has(const struct root *root, const char *path, const char *suffix);
/* Keep a copy; buf NULL keeps an empty one. 0 or -errno. */
int saved_put(const struct root *root, const char *path, const char *suffix,
	      const char *buf, size_t len);
/* Read a copy, malloc()ed and NUL-terminated. -ENOENT: none is kept. */
int saved_get(const struct root *root, const char *path, const char *suffix,
	      char **buf, size_t *len);
/* Remove a copy. 0, also if there is none, or -errno. */
int saved_drop(const struct root *root, const char *path, const char *suffix);
/* 1: a copy is kept and holds these bytes; 0: not so; -errno as above. */
int saved_equals(const struct root *root, const char *path, const char *suffix,
		 const char *buf, size_t len);

#endif
