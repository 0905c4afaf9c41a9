// SPDX-License-Identifier: GPL-2.0-or-later
#include "rehearse/squash.h"

#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/macros.h"
#include "peers/run.h"
#include "rehearse/stage_initrd.h"

#define UNSQUASH_SECONDS 60

const struct member *squash_find(const struct archive *archive)
{
	static const char *const names[] = { "squashfs-root.img",
					     "squash-root.img" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const struct member *member = archive_find(archive, names[i]);

		if (member && S_ISREG(member->mode))
			return member;
	}
	return NULL;
}

/* A file without a name that has those bytes. */
static int memory_of(const struct member *member)
{
	int fd = memfd_create("kdump-dma-squash", MFD_CLOEXEC);
	uint64_t at = 0;

	while (fd >= 0 && at < member->size) {
		ssize_t n = write(fd, member->data + at, member->size - at);

		if (n <= 0 && errno != EINTR) {
			int err = -errno;

			close(fd);
			return err;
		}
		at += n > 0 ? (uint64_t)n : 0;
	}
	return fd < 0 ? -errno : fd;
}

int squash_read(const struct member *squash, const char *path, char **data,
		size_t *len)
{
	const char *argv[] = { "unsquashfs", path ? "-cat" : "-l", "/dev/stdin",
			       path, NULL };
	int in = memory_of(squash);
	int out = in < 0 ? in : memfd_create("kdump-dma-file", MFD_CLOEXEC);
	int err = in < 0 ? in : out < 0 ? -errno : 0;

	*data = NULL;
	if (!err)
		err = run_between(argv, UNSQUASH_SECONDS, in, out);
	if (err > 0)
		err = err == RUN_NOT_FOUND ? -ENOPKG : -ENOENT;
	if (!err)
		err = stage_initrd_read_all(out, data, len);
	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
	return err;
}
