/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The initrd of the rehearsal's machine: src/stage/'s program with the libc of
 * this host, and what it needs in each of the two boots.
 */
#ifndef STAGE_INITRD_H
#define STAGE_INITRD_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/root.h"

struct stage_initrd {
	const struct root *root;
	const char *release;
	const char *fstype, *path; /* of the scratch disk, and of dumps on it */
	int kernel_fd, initramfs_fd;
	/* appended to the capture image: what stands in; NULL: nothing */
	const void *more;
	size_t more_len;
	const char *cmdline; /* of the capture kernel */
};

/*
 * A descriptor of a file without a name, which the caller closes, or -errno
 * with why filled. crash: that boot's initrd; otherwise the one that tells.
 */
int stage_initrd_make(const struct stage_initrd *in, bool crash, char *why,
		      size_t size);

/* All of a file: malloc()ed. 0 or -errno. */
int stage_initrd_read_all(int fd, char **data, size_t *len);

/*
 * A module of this release, not compressed, as the kernel takes it. The caller
 * frees it. -ENOENT: there is none; -ENOPKG: its unpacker is not here.
 */
int stage_initrd_read_module(const struct root *root, const char *release,
			     const char *path, char **data, size_t *len);

#endif
