/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef WRITE_FILE_H
#define WRITE_FILE_H

#include <limits.h>
#include <stdio.h>

/*
 * Put what fn prints into dir/name, whole or not at all: a temporary name
 * beside it (mode 0600), fsync, rename, fsync of dir. 0 or -errno.
 */
int write_file(const char *dir, const char *name,
	       void (*fn)(FILE *to, const void *arg), const void *arg);

/* A dot in front and no known suffix: no *.cfg, *.conf finds it. */
#define WRITE_FILE_SUFFIX ".kdump-dma-new"

/* The temporary name of name, where a killed writer leaves it. -ENAMETOOLONG */
int write_file_temporary(const char *name, char out[static NAME_MAX + 1]);

/*
 * The same in an open directory, which stays open; prepare gives the new file
 * fd the attributes of the old one, before a byte is written: 0 or -errno.
 */
int write_file_like(int dir_fd, const char *name,
		    int (*prepare)(int dir_fd, const char *name, int fd),
		    void (*fn)(FILE *to, const void *arg), const void *arg);

/* The same in an open directory, with mode 0600. */
int write_file_at(int dir_fd, const char *name,
		  void (*fn)(FILE *to, const void *arg), const void *arg);

#endif
