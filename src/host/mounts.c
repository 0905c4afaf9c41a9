// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/mounts.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host/resolve.h"
#include "lib/macros.h"
#include "peers/backend.h"

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

/* As "systemd-escape --path --suffix=mount" does it. false: too long. */
static bool unit_of(struct text point, char unit[static MOUNTS_UNIT_MAX])
{
	static const char suffix[] = ".mount";
	size_t n = 0;

	for (size_t i = 1; i < point.len; i++) {
		char c = point.at[i];

		if (n + 4 + sizeof(suffix) > MOUNTS_UNIT_MAX)
			return false;
		if (c == '/')
			unit[n++] = '-';
		else if (isalnum((unsigned char)c) || c == ':' || c == '_' ||
			 (c == '.' && i > 1))
			unit[n++] = c;
		else
			n += (size_t)sprintf(unit + n, "\\x%02x",
					     (unsigned char)c);
	}
	strcpy(unit + n, suffix);
	return true;
}

bool mounts_unit_lacks(const struct root *root, struct libmnt_table *mounts,
		       const char *folder, char *point, size_t size,
		       char unit[static MOUNTS_UNIT_MAX])
{
	for (size_t len = strlen(folder); len > 1; len--) {
		if ((folder[len] && folder[len] != '/') || len >= size)
			continue;
		snprintf(point, size, "%.*s", (int)len, folder);
		if (unit_of(text_of(point), unit) &&
		    backend_unit_is_enabled(root, unit) &&
		    !mnt_table_find_target(mounts, point, MNT_ITER_BACKWARD))
			return true;
	}
	point[0] = '\0';
	return false;
}

static bool is_in_memory(struct libmnt_table *mounts, const char *folder)
{
	struct libmnt_fs *fs = mounts_above(mounts, folder);
	const char *type = fs ? mnt_fs_get_fstype(fs) : NULL;

	return type && (streq(type, "tmpfs") || streq(type, "ramfs"));
}

bool mounts_are_in_memory(const struct root *root, const char *folder)
{
	struct libmnt_table *mounts = mounts_read(root, MOUNTS_NOW);
	char real[PATH_MAX];
	bool is = mounts && !resolve_folder(root, folder, real, sizeof(real)) &&
		  is_in_memory(mounts, real);

	mnt_unref_table(mounts);
	return is;
}

/* "/" is mounted, also if fstab has it as "//". */
static bool fstab_is_mounted(const struct root *root,
			     struct libmnt_table *mounts, const char *folder)
{
	struct libmnt_table *fstab = mounts_read(root, MOUNTS_FSTAB);
	struct libmnt_fs *fs = fstab ? mounts_above(fstab, folder) : NULL;
	const char *point = fs ? mnt_fs_get_target(fs) : "/";
	bool is = !point[strspn(point, "/")] ||
		  (mounts &&
		   mnt_table_find_target(mounts, point, MNT_ITER_BACKWARD));

	mnt_unref_table(fstab);
	return is;
}

bool mounts_are_there(const struct root *root, const char *folder)
{
	struct libmnt_table *mounts = mounts_read(root, MOUNTS_NOW);
	char real[PATH_MAX], point[PATH_MAX], unit[MOUNTS_UNIT_MAX];
	bool are;

	if (resolve_folder(root, folder, real, sizeof(real)))
		snprintf(real, sizeof(real), "%s", folder);
	are = fstab_is_mounted(root, mounts, real) &&
	      !(mounts && (mounts_unit_lacks(root, mounts, real, point,
					     sizeof(point), unit) ||
			   is_in_memory(mounts, real)));
	mnt_unref_table(mounts);
	return are;
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
