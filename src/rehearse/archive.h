/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files of an initramfs, in memory. All of its archives are read: those in
 * front that are not compressed, and the last one, which is unpacked by the
 * program that packed it. The file is not trusted: every number in it is
 * checked.
 */
#ifndef ARCHIVE_H
#define ARCHIVE_H

#include <stddef.h>
#include <stdint.h>

#define ARCHIVE_MEMBERS_MAX 65536
#define ARCHIVE_BYTES_MAX   (UINT64_C(4) << 30)
#define ARCHIVE_PATH_MAX    1024

struct member {
	const char *path; /* without a leading "/" or "./" */
	uint32_t mode;	  /* as in struct stat */
	uint64_t size;
	const char *data; /* size bytes; of a symlink: its target */
};

struct archive {
	struct member *item;
	size_t count;
	uint32_t *by_path; /* their indexes: by path, then in their order */
	/* what the items point into */
	struct archive_map {
		void *at;
		size_t len;
	} map[2];
};

/*
 * 0 or -errno: -EINVAL for a file that is not whole, -ENOPKG for a compression
 * whose program is not on this machine. archive_close() is right in any case.
 */
int archive_open(int fd, struct archive *out);
/* The same for one archive that is not compressed, in memory; len bytes at data
 * stay the caller's. */
int archive_parse(const char *data, size_t len, struct archive *out);
void archive_close(struct archive *archive);

/*
 * The member at path, symlinks followed as the kernel would with the archive
 * as "/". NULL: it is not there. Of several with one path the last one counts.
 */
const struct member *archive_find(const struct archive *archive,
				  const char *path);

#endif
