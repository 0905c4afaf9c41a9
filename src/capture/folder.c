// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "capture/capture.h"
#include "capture/say.h"

#define FOLDERS_MAX 1000

/*
 * Open one component of a path. A symlink is followed within the target:
 * outside of it a dump would go to this kernel's memory and be lost. Linux
 * before 5.6 cannot do that, so no symlink is followed there.
 */
static int enter(int at, const char *name)
{
	struct open_how how = {
		.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_XDEV,
	};
	int fd = (int)syscall(SYS_openat2, at, name, &how, sizeof(how));

	if (fd < 0 && (errno == ENOSYS || errno == EPERM))
		fd = openat(at, name,
			    O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	return fd < 0 ? -errno : fd;
}

static int make(int at, const char *name, bool *is_new)
{
	if (mkdirat(at, name, 0700) == 0)
		*is_new = true;
	else if (errno != EEXIST)
		return -errno;
	return 0;
}

/*
 * Open the folder path, and make the missing ones on its way. If one cannot be
 * made, open the last one that can be. done is set to the path of the folder
 * that is open; its first *old bytes are folders that were there before.
 */
static int enter_all(int root, const char *path, char *done, size_t size,
		     size_t *old)
{
	struct text rest = text_of(path), part;
	int at = dup(root), next;
	bool is_new = false;
	size_t len = 0;

	*old = 0;
	done[0] = '\0';
	while (at >= 0 && text_split(&rest, '/', &part)) {
		if (part.len == 0 || text_equal(part, "."))
			continue;
		snprintf(done + len, size - len, "/%.*s", (int)part.len,
			 part.at);
		next = make(at, done + len + 1, &is_new);
		if (!next)
			next = enter(root, done + 1);
		if (next < 0) {
			say_event("no folder %s on the target %s: %s", done,
				  capture->place.name, strerror(-next));
			done[len] = '\0';
			break;
		}
		close(at);
		at = next;
		len = strlen(done);
		*old = is_new ? *old : len;
	}
	return at;
}

/*
 * Remove the folders that enter_all() made, so that path is old bytes long. The
 * folder at its end, or -errno.
 */
static int remove_made(int root, char *path, size_t old)
{
	char *name;
	int at = dup(root);

	while (at >= 0 && strlen(path) > old) {
		close(at);
		name = strrchr(path, '/');
		*name++ = '\0';
		at = path[0] ? enter(root, path + 1) : dup(root);
		if (at >= 0)
			unlinkat(at, name, AT_REMOVEDIR);
	}
	return at;
}

/* Without a clock all crashes are in the same second: take a free name. */
static int make_new(int parent, char *name, size_t size)
{
	size_t len = strlen(name);

	for (int i = 0; i < FOLDERS_MAX; i++) {
		if (i)
			snprintf(name + len, size - len, ".%d", i);
		if (mkdirat(parent, name, 0700) == 0)
			return 0;
		if (errno != EEXIST)
			return -errno;
	}
	return -EEXIST;
}

static int take_inode(int folder)
{
	int fd = openat(folder, VMCORE_PART,
			O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			0600);

	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

/* Note the path of the folder for programs, with symlinks resolved. Names of
 * files are added to it. */
static int note_folder(int folder)
{
	char self[32], path[sizeof(capture->folder) - 64];
	ssize_t len;

	snprintf(self, sizeof(self), "/proc/self/fd/%d", folder);
	len = readlink(self, path, sizeof(path));
	if (len < 0)
		return -errno;
	if (len == sizeof(path))
		return -ENAMETOOLONG;
	path[len] = '\0';
	strcpy(capture->folder, path);
	capture->folders++;
	return 0;
}

void folder_name(char *name, size_t size)
{
	time_t now = time(NULL);
	char when[40];
	struct tm utc;

	strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ",
		 gmtime_r(&now, &utc));
	snprintf(name, size, "%s-%s", capture->conf.host, when);
}

/*
 * Make the folder, and the file for the vmcore in it: a folder that gets no
 * inode for that is of no use.
 */
static int make_in(int parent)
{
	char name[160];
	int folder, err;

	folder_name(name, sizeof(name));
	err = make_new(parent, name, sizeof(name));
	if (err)
		return err;
	folder = openat(parent, name,
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (folder < 0)
		return -errno;
	err = take_inode(folder);
	if (!err)
		err = note_folder(folder);
	if (err)
		unlinkat(folder, VMCORE_PART, 0);
	close(folder);
	if (err)
		unlinkat(parent, name, AT_REMOVEDIR);
	return err;
}

/*
 * If the folders of path take the last inodes, do without them. If their path
 * is too long where links are resolved, do without path.
 */
static int make_below(int root)
{
	char path[sizeof(capture->conf.path) + 8];
	int parent, err, why;
	size_t old;

	parent = enter_all(root, capture->place.path, path, sizeof(path), &old);
	if (parent < 0)
		return parent;
	err = make_in(parent);
	why = err;
	if (err == -ENAMETOOLONG ||
	    ((err == -ENOSPC || err == -EDQUOT) && strlen(path) > old)) {
		close(parent);
		if (err == -ENAMETOOLONG)
			path[0] = '\0';
		parent = remove_made(root, path, old);
		if (parent < 0)
			return parent;
		err = make_in(parent);
		if (!err)
			say_event("the folder %s on the target cannot take the "
				  "dump, which is in %s: %s",
				  capture->place.path, path[0] ? path : "/",
				  strerror(-why));
	}
	close(parent);
	if (err)
		say_event("no folder can be made in %s on the target %s: %s",
			  path[0] ? path : "/", capture->place.name,
			  strerror(-err));
	return err;
}

/* True if the target is mounted: root is not our own file system. */
static bool is_target(int root)
{
	struct stat here, there;

	return fstat(root, &there) == 0 && stat("/", &here) == 0 &&
	       here.st_dev != there.st_dev;
}

int folder_new(void)
{
	int root =
		open(capture->place.point, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int err;

	if (root < 0)
		return -errno;
	err = is_target(root) ? make_below(root) : -EXDEV;
	close(root);
	return err;
}

int folder_open(void)
{
	int fd = open(capture->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/* 0, or why nothing can be written to the folder. */
static int try_folder(void)
{
	int folder = folder_open(), err;

	if (folder < 0)
		return folder;
	err = faccessat(folder, ".", W_OK, 0) ? -errno : 0;
	close(folder);
	return err;
}

int folder_mend(const char *who, int (*mount_again)(void))
{
	int err = try_folder();

	if (!err)
		return 0;
	say_event("%s: the folder for the dump cannot be written to any more: "
		  "%s",
		  who, strerror(-err));
	/* If only the folder is gone, all that is mounted is still right. */
	if (err == -ENOENT && !folder_new())
		return 0;
	err = mount_again();
	if (err)
		say("mount of %s: %s", capture->place.name, strerror(-err));
	return try_folder() ? folder_new() : 0;
}

static int sync_file(int folder, const char *name)
{
	int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	int err = 0;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) || fsync(fd))
		err = -errno;
	else if (st.st_size == 0)
		err = -ENODATA;
	close(fd);
	return err;
}

int folder_keep(const char *part, const char *name)
{
	int folder = folder_open(), err;

	if (folder < 0)
		return folder;
	err = sync_file(folder, part);
	if (!err && (renameat(folder, part, folder, name) || fsync(folder)))
		err = -errno;
	close(folder);
	return err;
}
