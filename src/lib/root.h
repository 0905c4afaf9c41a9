/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROOT_H
#define ROOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "lib/lines.h"

/*
 * The only opener of input below a root: "/" or a captured snapshot.
 * Nothing else opens a file below /proc, /sys or /dev. In a snapshot every
 * path, and every symlink on its way, stays inside it (openat2(2) with
 * RESOLVE_IN_ROOT, Linux 5.6; an older kernel can read its own "/" only).
 *
 * Only regular files, and /dev/kmsg of the live system, are read. A FIFO, a
 * device or a socket gives -EINVAL at once.
 *
 * Paths are printf formats without a leading slash. Errors are -errno.
 */
struct root {
	int fd;
	bool is_live; /* "/": the machine itself, ask uname(2) and sysconf(3) */
	/* not "/", but the running kernel's /proc or /sys is mounted there, as
	 * in an image that is being built: nothing is there in /proc, /sys,
	 * /dev and /run */
	bool is_building;
};

int root_open(struct root *root, const char *dir);
void root_close(struct root *root);

/*
 * Called, if set, for every path that could not be opened and every file that
 * could not be read; path is NULL if only fd is known. Missing files (-ENOENT)
 * are reported, too.
 */
extern void (*root_on_error)(const char *path, int fd, int err);

/* Report a failed open or read of the caller's own. Returns err. */
int root_failed(const char *path, int fd, int err);

/* What is that in the folder? No link is followed. 0, or -errno reported. */
int root_stat(int folder, const char *name, struct stat *st);

/* A file descriptor that the caller closes, or -errno. */
int root_openat(const struct root *root, int flags, const char *format, ...)
	__attribute__((format(printf, 3, 4), warn_unused_result));

/*
 * Read the whole file into buf, NUL-terminated. Returns its length, or -errno;
 * -EFBIG if it is longer than size - 1 bytes. buf is "" on an error.
 */
ssize_t root_read(const struct root *root, char *buf, size_t size,
		  const char *format, ...)
	__attribute__((format(printf, 4, 5), warn_unused_result));

/* Read a file that holds one decimal number and a newline. 0 or -errno. */
int root_read_u64(const struct root *root, uint64_t *out, const char *format,
		  ...)
	__attribute__((format(printf, 3, 4), warn_unused_result));

/* Read a file that holds one hexadecimal number (0x...) and a newline. */
int root_read_hex(const struct root *root, uint64_t *out, const char *format,
		  ...)
	__attribute__((format(printf, 3, 4), warn_unused_result));

/*
 * Hand every line of the file to fn. /dev/kmsg is read until it would block.
 * -EFBIG after bytes_max.
 */
int root_lines(const struct root *root, uint64_t bytes_max, line_fn fn,
	       void *arg, const char *format, ...)
	__attribute__((format(printf, 5, 6), warn_unused_result));

/* The same for a file descriptor, which stays open. */
int root_fd_lines(int fd, uint64_t bytes_max, line_fn fn, void *arg)
	__attribute__((warn_unused_result));

/* True if the path exists. A dangling symlink does not count. */
bool root_exists(const struct root *root, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Put the last component of a symlink's target (a sysfs driver) into buf. */
int root_link_name(const struct root *root, char *buf, size_t size,
		   const char *format, ...)
	__attribute__((format(printf, 4, 5), warn_unused_result));

/*
 * Call fn for each name in a directory ("." and ".." left out), in no order.
 */
int root_list(const struct root *root, void (*fn)(void *arg, const char *name),
	      void *arg, const char *format, ...)
	__attribute__((format(printf, 4, 5), warn_unused_result));

#endif
