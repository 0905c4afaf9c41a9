/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What dracut put into a squashfs inside of an initramfs, as kdump-utils has it
 * do where mksquashfs is installed. unsquashfs reads it; nothing is written to
 * a disk.
 */
#ifndef SQUASH_H
#define SQUASH_H

#include <stddef.h>

#include "rehearse/archive.h"

/* The member that has it: 104 and later, before. NULL: there is none. */
const struct member *squash_find(const struct archive *archive);

/*
 * The bytes of one file in it; or, for path NULL, a list of its files, a line
 * each, which end with the path. malloc()ed, NUL-terminated. 0; -ENOPKG:
 * unsquashfs is not installed; -ENOENT: it could not read that; -errno.
 */
int squash_read(const struct member *squash, const char *path, char **data,
		size_t *len);

#endif
