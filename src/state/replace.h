/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files of others, replaced whole or not at all. The only writer of them. */
#ifndef REPLACE_H
#define REPLACE_H

#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#include "lib/root.h"

/*
 * Put buf in place of the regular file at path: a temporary name beside it,
 * with the old one's owner, mode and extended attributes (SELinux label, ACL),
 * fsync, rename, fsync of the folder. A file that is not there is made, mode
 * 0644. A symlink at path is refused (-ELOOP), as is anything but a file
 * (-EINVAL). Leftovers of a killed run are cleared away first.
 */
int file_replace(const struct root *root, const char *path, const char *buf,
		 size_t len);

/* For write_file(): arg is a struct text. */
void file_print_text(FILE *to, const void *arg);

/* Remove it, if it is there, and fsync the folder. */
int file_remove(const struct root *root, const char *path);

/* Take away what a killed file_replace() of that path left. */
int file_clear(const struct root *root, const char *path);

/*
 * All of a file as its owner left it: malloc()ed and NUL-terminated. A symlink
 * is refused. -ENOENT, -EFBIG beyond max, another -errno.
 */
int file_read(const struct root *root, const char *path, size_t max, char **buf,
	      size_t *len);

/* Make a folder and those above it: 0755, and mode for the last. */
int folder_make(const struct root *root, const char *path, mode_t mode);

#endif
