/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Paths below the root that are more than a file to read. */
#ifndef RESOLVE_H
#define RESOLVE_H

#include <limits.h>

#include "lib/root.h"

/*
 * Where a path leads when every symlink on it is followed: below the root,
 * without a leading slash. 0 or -errno, -ENOENT if nothing is there; buf is ""
 * on an error.
 */
int resolve(const struct root *root, char *buf, size_t size, const char *format,
	    ...) __attribute__((format(printf, 4, 5), warn_unused_result));

/*
 * The folder with the links on it followed, also those that lead to what is not
 * there yet: in the capture kernel a link would lead elsewhere. It begins with
 * a slash. 0 or -errno.
 */
int resolve_folder(const struct root *root, const char *folder, char *out,
		   size_t size) __attribute__((warn_unused_result));

/*
 * Replace the link that the first len bytes of path are by where it leads, or
 * would lead. false: they are no link.
 */
bool resolve_link(const struct root *root, char path[static PATH_MAX],
		  size_t len);

/* Is a link on it that leads nowhere? Then out is where it would lead. */
bool resolve_dangles(const struct root *root, const char *folder, char *out,
		     size_t size);

/*
 * The block device of that number for reading: on the live system the node
 * dev/NAME if it is that device, in a snapshot a regular file of that name. A
 * file descriptor that the caller closes, or -errno.
 */
int resolve_open_block(const struct root *root, const char *name,
		       unsigned int major, unsigned int minor)
	__attribute__((warn_unused_result));

/*
 * An O_PATH descriptor of a program, by its name in the folders of programs or
 * by its whole path. -ENOENT: it is not there.
 */
int resolve_open_program(const struct root *root, const char *name);
bool resolve_has_program(const struct root *root, const char *name);

#endif
