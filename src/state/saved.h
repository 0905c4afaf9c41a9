/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What files were before apply, so that revert can put it back to the byte.
 * For each file, in /var/lib/kdump-dma/saved: .before (or .absent), what was
 * there first; .next, what is being written; .after, what was written last;
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
 * path is the file's, below the root; suffix one of those above. 1: it was
 * kept; 0: it was not; -errno: that cannot be told.
 */
int saved_has(const struct root *root, const char *path, const char *suffix);
/* buf may be NULL: an empty one. 0 or -errno. */
int saved_put(const struct root *root, const char *path, const char *suffix,
	      const char *buf, size_t len);
/* malloc()ed and NUL-terminated; -ENOENT: none was kept. */
int saved_get(const struct root *root, const char *path, const char *suffix,
	      char **buf, size_t *len);
/* 0 also if there is none. */
int saved_drop(const struct root *root, const char *path, const char *suffix);
/* 1: was kept, and holds these bytes; 0: it does not; -errno as above. */
int saved_equals(const struct root *root, const char *path, const char *suffix,
		 const char *buf, size_t len);

/*
 * A file as it was before us, or (after) as we wrote it last: malloc()ed and
 * NUL-terminated. -ENOENT: we did not write it.
 */
int saved_before(const struct root *root, const char *path, char **buf,
		 size_t *len);
int saved_after(const struct root *root, const char *path, char **buf,
		size_t *len);

#endif
