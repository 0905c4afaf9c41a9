/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What files were before apply, so that revert can put it back to the byte.
 * For each file, in /var/lib/kdump-dma/saved: .before (or .absent), what was
 * there first; .next, what is being written; .after, what was written last.
 */
#ifndef SAVED_H
#define SAVED_H

#include <stdio.h>

#include "apply/edits.h"
#include "lib/root.h"

#define SAVED_DIR "var/lib/kdump-dma/saved"

/*
 * Keep, write, note as written: killed anywhere in between, the next apply or
 * revert can tell what it finds. 0 or -errno.
 */
int saved_write(const struct root *root, const struct edit *edit);

/*
 * After a kill: a file that was replaced, but not yet noted as written, is
 * noted now. 0 or -errno.
 */
int saved_settle(const struct root *root);

/*
 * A file as it was before us, or (after) as we wrote it last: malloc()ed and
 * NUL-terminated. -ENOENT: we did not write it.
 */
int saved_before(const struct root *root, const char *path, char **buf,
		 size_t *len);
int saved_after(const struct root *root, const char *path, char **buf,
		size_t *len);

/*
 * Put back every file that was changed. A file that somebody changed since
 * loses only what is ours. What cannot be undone is said on standard error.
 * *restored counts the files. 0 or -errno.
 */
int saved_revert(const struct root *root, unsigned int *restored);

#endif
