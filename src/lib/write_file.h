/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef WRITE_FILE_H
#define WRITE_FILE_H

#include <limits.h>
#include <stdio.h>

/*
 * Put what fn prints into dir/name, whole or not at all: write a temporary
 * file beside it (mode 0600), fsync, rename, fsync dir. 0 or -errno.
 */
int write_file(const char *dir, const char *name,
	       void (*fn)(FILE *to, const void *arg), const void *arg);

/* With it and a leading dot, no *.cfg or *.conf matches a temporary name. */
#define WRITE_FILE_SUFFIX ".kdump-dma-new"

/* The temporary name that a writer of name uses. 0 or -ENAMETOOLONG. */
int write_file_temporary(const char *name, char out[static NAME_MAX + 1]);

/*
 * write_file() in an open directory, which stays open. prepare is called before
 * a byte is written, to give fd the old file's attributes: 0 or -errno.
 */
int write_file_like(int dir_fd, const char *name,
		    int (*prepare)(int dir_fd, const char *name, int fd),
		    void (*fn)(FILE *to, const void *arg), const void *arg);

/* write_file() in an open directory, which stays open. */
int write_file_at(int dir_fd, const char *name,
		  void (*fn)(FILE *to, const void *arg), const void *arg);

#endif
