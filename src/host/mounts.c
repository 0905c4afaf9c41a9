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
#include "peers/unit.h"

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
		    unit_is_enabled(root, unit) &&
		    !mnt_table_find_target(mounts, point, MNT_ITER_BACKWARD))
			return true;
	}
	point[0] = '\0';
	return false;
}

#define LINKS_MAX 40

/* Take "/x/.." out of the first len bytes: x is no link. The new len. */
static size_t step_back(char path[static PATH_MAX], size_t len)
{
	size_t from = len - 3;

	while (from > 0 && path[--from] != '/')
		;
	memmove(path + from, path + len, strlen(path + len) + 1);
	return from;
}

static bool is_trigger(struct libmnt_table *mounts, const char *path)
{
	struct libmnt_fs *fs =
		mnt_table_find_target(mounts, path, MNT_ITER_BACKWARD);
	const char *type = fs ? mnt_fs_get_fstype(fs) : NULL;

	return type && streq(type, "autofs");
}

/*
 * One part after the other, by names and links only: to open what lies behind
 * the automount, or a link that leads there, is to look into it.
 */
bool mounts_await_look(const struct root *root, const char *folder,
		       char point[static PATH_MAX])
{
	struct libmnt_table *mounts = mounts_read(root, MOUNTS_NOW);
	char path[PATH_MAX];
	bool found = false;
	int links = 0;

	snprintf(path, sizeof(path), "%s", folder);
	for (size_t len = 1; mounts && !found && path[len - 1]; len++) {
		if (path[len] && path[len] != '/')
			continue;
		if (len >= 3 && !strncmp(path + len - 3, "/..", 3))
			len = step_back(path, len);
		snprintf(point, PATH_MAX, "%.*s", (int)len, path);
		found = is_trigger(mounts, point);
		if (!found && links < LINKS_MAX &&
		    resolve_link(root, path, len)) {
			links++;
			len = 0;
		}
	}
	mnt_unref_table(mounts);
	return found;
}

static bool is_in_memory(struct libmnt_table *mounts, const char *folder)
{
	struct libmnt_fs *fs = mounts_above(mounts, folder);
	const char *type = fs ? mnt_fs_get_fstype(fs) : NULL;

	return type && (streq(type, "tmpfs") || streq(type, "ramfs"));
}

/* "/" is mounted, also if fstab has it as "//". point: what is not. */
static bool fstab_lacks(const struct root *root, struct libmnt_table *mounts,
			const char *folder, char *point, size_t size)
{
	struct libmnt_table *fstab = mounts_read(root, MOUNTS_FSTAB);
	struct libmnt_fs *fs = fstab ? mounts_above(fstab, folder) : NULL;

	snprintf(point, size, "%s", fs ? mnt_fs_get_target(fs) : "/");
	mnt_unref_table(fstab);
	return point[strspn(point, "/")] &&
	       !(mounts &&
		 mnt_table_find_target(mounts, point, MNT_ITER_BACKWARD));
}

static void find_unmounted(const struct root *root, const char *folder,
			   const char *real, char why[static MOUNTS_WHY_MAX])
{
	struct libmnt_table *mounts = mounts_read(root, MOUNTS_NOW);
	char point[PATH_MAX], unit[MOUNTS_UNIT_MAX];

	if (fstab_lacks(root, mounts, real, point, sizeof(point)))
		snprintf(why, MOUNTS_WHY_MAX,
			 "%.80s, which /etc/fstab mounts, is %s: a dump would "
			 "be saved below it",
			 point, mounts ? "not mounted" : "perhaps not mounted");
	else if (mounts && mounts_unit_lacks(root, mounts, real, point,
					     sizeof(point), unit))
		snprintf(why, MOUNTS_WHY_MAX,
			 "%.80s, which %.60s mounts, is not mounted: a dump "
			 "would be saved below it",
			 point, unit);
	else if (mounts && is_in_memory(mounts, real))
		snprintf(why, MOUNTS_WHY_MAX,
			 "%.80s is on tmpfs, in memory: a dump that is saved "
			 "there is lost with the reboot",
			 folder);
	mnt_unref_table(mounts);
}

/* Something else is where the folder is to be. */
static void find_obstacle(const struct root *root, const char *folder,
			  char why[static MOUNTS_WHY_MAX])
{
	char real[PATH_MAX];
	int fd = root_openat(root, O_PATH | O_DIRECTORY, ".%s", folder);

	if (fd >= 0)
		close(fd);
	else if (fd == -ELOOP)
		snprintf(why, MOUNTS_WHY_MAX,
			 "%.80s is a link that leads to itself, so no dump can "
			 "be saved there: remove it",
			 folder);
	else if (fd == -ENOTDIR)
		snprintf(why, MOUNTS_WHY_MAX,
			 "%.80s is not a folder, so no dump can be saved "
			 "there: move away what is in its place",
			 folder);
	else if (resolve_dangles(root, folder, real, sizeof(real)))
		snprintf(why, MOUNTS_WHY_MAX,
			 "%.80s leads to %.80s, which is not there: mount what "
			 "has it, or make that folder",
			 folder, real);
}

bool mounts_are_there(const struct root *root, const char *folder,
		      char why[static MOUNTS_WHY_MAX])
{
	char real[PATH_MAX];

	why[0] = '\0';
	if (resolve_folder(root, folder, real, sizeof(real)))
		snprintf(real, sizeof(real), "%s", folder);
	find_unmounted(root, folder, real, why);
	if (!why[0])
		find_obstacle(root, folder, why);
	return !why[0];
}

bool mounts_can_hold(const struct root *root, const char *folder,
		     char why[static MOUNTS_WHY_MAX])
{
	why[0] = '\0';
	find_obstacle(root, folder, why);
	return !why[0];
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
