/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef WRITE_FILE_H
#define WRITE_FILE_H

#include <stdio.h>

/*
 * Put what fn prints into dir/name, whole or not at all: a temporary name
 * beside it (mode 0600), fsync, rename, fsync of dir. 0 or -errno.
 */
int write_file(const char *dir, const char *name,
	       void (*fn)(FILE *to, const void *arg), const void *arg);

/* The same in an open directory, which stays open. */
int write_file_at(int dir_fd, const char *name,
		  void (*fn)(FILE *to, const void *arg), const void *arg);

#endif
