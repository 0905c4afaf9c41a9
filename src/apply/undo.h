/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes the files of peers that an apply changes, and puts them back. */
#ifndef UNDO_H
#define UNDO_H

#include "lib/root.h"
#include "peers/edits.h"

/*
 * Keep, write, note as written: killed anywhere in between, the next apply or
 * revert can tell what it finds. 0 or -errno.
 */
int undo_write(const struct root *root, const struct edit *edit);

/*
 * Put back every file that was changed. A file that somebody changed since
 * loses only what is ours. What cannot be undone is said on standard error.
 * *restored counts the files. 0 or -errno.
 */
int undo_revert(const struct root *root, unsigned int *restored);

/*
 * After a kill: every file that was replaced, but not yet noted as written, is
 * noted now. 0 or -errno.
 */
int undo_settle(const struct root *root);

#endif
