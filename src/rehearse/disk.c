// SPDX-License-Identifier: GPL-2.0-or-later
#include "rehearse/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "lib/macros.h"
#include "peers/run.h"

#define MKFS_SECONDS 120

/* How each mkfs is told, and that a file is no block device. */
static const struct mkfs {
	const char *fstype;
	const char *program;
	const char *quiet[3];
	const char *uuid, *uuid_prefix;
	const char *label;
} known[] = {
	{ "ext4", "mkfs.ext4", { "-q", "-F" }, "-U", "", "-L" },
	{ "ext3", "mkfs.ext3", { "-q", "-F" }, "-U", "", "-L" },
	{ "ext2", "mkfs.ext2", { "-q", "-F" }, "-U", "", "-L" },
	{ "xfs", "mkfs.xfs", { "-q", "-f" }, "-m", "uuid=", "-L" },
	{ "btrfs", "mkfs.btrfs", { "-q", "-f" }, "-U", "", "-L" },
};

#define FULL_MIB 8 /* less than what one write of the machine may take */

static const char *folder_of_it(void)
{
	const char *folder = getenv("TMPDIR");

	return folder && *folder ? folder : "/var/tmp";
}

/* 0 if nobody can tell. */
static uint64_t room_mib(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs)
		       ? 0
		       : (uint64_t)fs.f_bavail * (uint64_t)fs.f_bsize >> 20;
}

/* A descriptor, or -errno with why filled. */
static int open_nameless(char *why, size_t size)
{
	const char *folder = folder_of_it();
	int fd = open(folder, O_TMPFILE | O_RDWR, 0600), err = 0;

	if (fd < 0 || ftruncate(fd, (off_t)DISK_MIB << 20)) {
		err = -errno;
		snprintf(why, size,
			 "the scratch disk in %s: %s (TMPDIR= names another "
			 "folder)",
			 folder, strerror(-err));
	} else if (room_mib(fd) < DISK_ROOM_MIB) {
		err = -ENOSPC;
		snprintf(why, size,
			 "%s has %" PRIu64
			 " MiB free, and the scratch disk may "
			 "take %d (TMPDIR= names another folder)",
			 folder, room_mib(fd), DISK_ROOM_MIB);
	}
	if (err && fd >= 0)
		close(fd);
	return err ? err : fd;
}

bool disk_ran_full(int fd, char *why, size_t size)
{
	if (room_mib(fd) >= FULL_MIB)
		return false;
	snprintf(why, size,
		 "%s, which has the scratch disk, ran full (TMPDIR= names "
		 "another folder)",
		 folder_of_it());
	return true;
}

static int run_mkfs(const struct mkfs *mkfs, const char *uuid,
		    const char *label, const char *path)
{
	const char *argv[10] = { mkfs->program };
	char uuid_value[96];
	size_t n = 1;

	for (size_t i = 0; i < 3 && mkfs->quiet[i]; i++)
		argv[n++] = mkfs->quiet[i];
	if (*uuid) {
		snprintf(uuid_value, sizeof(uuid_value), "%s%s",
			 mkfs->uuid_prefix, uuid);
		argv[n++] = mkfs->uuid;
		argv[n++] = uuid_value;
	}
	if (*label) {
		argv[n++] = mkfs->label;
		argv[n++] = label;
	}
	argv[n] = path;
	return run_program(argv, MKFS_SECONDS);
}

int disk_make(const char *fstype, const char *uuid, const char *label, int *fd,
	      char *why, size_t size)
{
	const struct mkfs *mkfs = NULL;
	char path[40];
	int err;

	*fd = -1;
	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (!strcmp(known[i].fstype, fstype))
			mkfs = &known[i];
	if (!mkfs) {
		snprintf(why, size, "no scratch disk can be made with %s",
			 fstype);
		return -EOPNOTSUPP;
	}
	*fd = open_nameless(why, size);
	if (*fd < 0)
		return *fd;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", *fd);
	err = run_mkfs(mkfs, uuid, label, path);
	if (!err)
		return 0;
	snprintf(why, size,
		 err == RUN_NOT_FOUND ? "%s is not installed"
				      : "%s could not make the scratch disk",
		 mkfs->program);
	return err < 0 ? err : -EIO;
}
