// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct libmnt_table *mounts_read(const struct root *root, const char *path)
{
	struct libmnt_table *table = mnt_new_table();
	int fd = root_openat(root, O_RDONLY, "%s", path);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");

	if (!file || !table || mnt_table_parse_stream(table, file, path)) {
		mnt_unref_table(table);
		table = NULL;
	}
	if (file && ferror(file))
		root_failed(path, -1, -EIO);
	if (file)
		fclose(file);
	else if (fd >= 0)
		close(fd);
	return table;
}

struct libmnt_fs *mounts_above(struct libmnt_table *table, const char *folder)
{
	char at[PATH_MAX];
	struct libmnt_fs *fs = NULL;
	char *slash = at;

	snprintf(at, sizeof(at), "%s", folder);
	while (!fs && slash) {
		fs = mnt_table_find_target(table, at[0] ? at : "/",
					   MNT_ITER_BACKWARD);
		slash = strrchr(at, '/');
		if (slash)
			*slash = '\0';
	}
	return fs;
}

bool mounts_are_there(const struct root *root, const char *folder)
{
	struct libmnt_table *fstab = mounts_read(root, MOUNTS_FSTAB), *mounts;
	struct libmnt_fs *fs = fstab ? mounts_above(fstab, folder) : NULL;
	const char *point = fs ? mnt_fs_get_target(fs) : "/";
	/* "/" is mounted, also if fstab has it as "//". */
	bool is_there = !point[strspn(point, "/")];

	if (!is_there) {
		mounts = mounts_read(root, MOUNTS_NOW);
		is_there = mounts && mnt_table_find_target(mounts, point,
							   MNT_ITER_BACKWARD);
		mnt_unref_table(mounts);
	}
	mnt_unref_table(fstab);
	return is_there;
}

bool mounts_may_have(const struct root *root, const char *point)
{
	struct libmnt_table *mounts = mounts_read(root, MOUNTS_NOW);
	bool may = !mounts ||
		   mnt_table_find_target(mounts, point, MNT_ITER_BACKWARD);

	mnt_unref_table(mounts);
	return may;
}

bool mounts_lack(const struct root *root, const char *point)
{
	struct libmnt_table *fstab = mounts_read(root, MOUNTS_FSTAB);
	bool lack = fstab &&
		    mnt_table_find_target(fstab, point, MNT_ITER_BACKWARD) &&
		    !mounts_may_have(root, point);

	mnt_unref_table(fstab);
	return lack;
}
