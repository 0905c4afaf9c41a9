/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TAR_H
#define TAR_H

#include <stdio.h>

/* A POSIX ustar archive on a stream. Errors are the stream's: ferror(). */
void tar_file(FILE *to, const char *path, const char *buf, size_t len);
void tar_symlink(FILE *to, const char *path, const char *target);
void tar_end(FILE *to);

#endif
