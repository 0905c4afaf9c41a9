/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes cpio archives in the format newc, as the kernel unpacks them
 * (Documentation/driver-api/early-userspace/buffer-format.rst). Errors are the
 * stream's: ask ferror() at the end.
 */
#ifndef CPIO_H
#define CPIO_H

#include <stddef.h>
#include <stdio.h>

/* Every folder above path, without a leading slash. May be told twice. */
void cpio_folders(FILE *to, const char *path);
/* A regular file; mode is only its permissions. */
void cpio_file(FILE *to, const char *path, unsigned int mode, const void *data,
	       size_t len);
/* The archive's last member, and zeros up to a multiple of 512 bytes. */
void cpio_end(FILE *to);

#endif
