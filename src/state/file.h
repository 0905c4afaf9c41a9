/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The only writer of other packages' files: replaced whole or not at all. */
#ifndef FILE_H
#define FILE_H

#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#include "lib/root.h"

/*
 * Replace the regular file at path by buf: temporary name, the old file's
 * owner, mode and extended attributes (SELinux label, ACL), fsync, rename,
 * fsync of the folder. A missing file is made with mode 0644. A symlink at path
 * is refused (-ELOOP), as is anything but a file (-EINVAL). Leftovers of a
 * killed run are removed first.
 */
int file_replace(const struct root *root, const char *path, const char *buf,
		 size_t len);

/* For write_file(): arg is a struct text. */
void file_print_text(FILE *to, const void *arg);

/* Remove the file, if there is one, and fsync its folder. 0 or -errno. */
int file_remove(const struct root *root, const char *path);

/* Remove what a killed file_replace() of that path left. 0 or -errno. */
int file_clear(const struct root *root, const char *path);

/*
 * Read a whole file into *buf: malloc()ed and NUL-terminated. A symlink is
 * refused. -ENOENT, -EFBIG beyond max, another -errno.
 */
int file_read(const struct root *root, const char *path, size_t max, char **buf,
	      size_t *len);

/* Make a folder with mode, and missing ones above it with mode 0755. */
int file_make_folder(const struct root *root, const char *path, mode_t mode);

#endif
