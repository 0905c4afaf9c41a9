/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes the files of peers that an apply changes, and puts them back. */
#ifndef UNDO_H
#define UNDO_H

#include "lib/root.h"
#include "peers/edits.h"

/*
 * Keep the file's original content, write the new one, note it as written.
 * After a kill in between, the next apply or revert can tell how far it got. 0
 * or -errno.
 */
int undo_write(const struct root *root, const struct edit *edit);

/*
 * Restore every file that apply changed. A file that somebody changed since
 * loses only what is ours. What cannot be undone is named on standard error.
 * *restored counts the files. 0 or -errno.
 */
int undo_revert(const struct root *root, unsigned int *restored);

/*
 * Note as written every file that a killed apply replaced but did not note. 0
 * or -errno.
 */
int undo_settle(const struct root *root);

#endif
