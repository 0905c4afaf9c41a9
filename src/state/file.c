// SPDX-License-Identifier: GPL-2.0-or-later
#include "state/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "lib/write_file.h"

#define XATTR_NAMES_MAX 4096
#define XATTR_VALUE_MAX 4096

/* Open the folder of path; *name is set to its last component. */
static int open_folder(const struct root *root, const char *path,
		       const char **name)
{
	const char *slash = strrchr(path, '/');

	*name = slash ? slash + 1 : path;
	if (!slash)
		return root_openat(root, O_RDONLY | O_DIRECTORY, ".");
	return root_openat(root, O_RDONLY | O_DIRECTORY, "%.*s",
			   (int)(slash - path), path);
}

/* Copy labels and ACLs; a file system without them is no error. */
static int copy_xattrs(int from, int to)
{
	static char names[XATTR_NAMES_MAX], value[XATTR_VALUE_MAX];
	ssize_t len = flistxattr(from, names, sizeof(names));

	if (len < 0)
		return errno == ENOTSUP ? 0 : -errno;
	for (const char *name = names; name < names + len;
	     name += strlen(name) + 1) {
		ssize_t n = fgetxattr(from, name, value, sizeof(value));

		if (n < 0)
			return -errno;
		if (fsetxattr(to, name, value, (size_t)n, 0) &&
		    errno != ENOTSUP)
			return -errno;
	}
	return 0;
}

/* Give to the old file's owner, mode and labels; without one, mode 0644. */
static int keep_attributes(int folder, const char *name, int to)
{
	int from = openat(folder, name,
			  O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	int err = 0;

	if (from < 0)
		return errno != ENOENT ? -errno : fchmod(to, 0644) ? -errno : 0;
	if (fstat(from, &st))
		err = -errno;
	else if (!S_ISREG(st.st_mode))
		err = -EINVAL;
	else if (fchown(to, st.st_uid, st.st_gid) ||
		 fchmod(to, st.st_mode & 07777))
		err = -errno;
	if (!err)
		err = copy_xattrs(from, to);
	close(from);
	return err;
}

void file_print_text(FILE *to, const void *arg)
{
	const struct text *text = arg;

	fwrite(text->at, 1, text->len, to);
}

int file_replace(const struct root *root, const char *path, const char *buf,
		 size_t len)
{
	const struct text text = { buf, len };
	const char *name;
	int folder = open_folder(root, path, &name);
	int err;

	if (folder < 0)
		return folder;
	err = write_file_like(folder, name, keep_attributes, file_print_text,
			      &text);
	close(folder);
	return err;
}

int file_clear(const struct root *root, const char *path)
{
	const char *name;
	char temporary[NAME_MAX + 1];
	int folder = open_folder(root, path, &name);
	int err;

	if (folder < 0)
		return folder == -ENOENT ? 0 : folder;
	err = write_file_temporary(name, temporary);
	if (!err && unlinkat(folder, temporary, 0) && errno != ENOENT)
		err = -errno;
	close(folder);
	return err;
}

int file_remove(const struct root *root, const char *path)
{
	const char *name;
	int err = file_clear(root, path);
	int folder;

	if (err)
		return err;
	folder = open_folder(root, path, &name);
	if (folder < 0)
		return folder == -ENOENT ? 0 : folder;
	if (unlinkat(folder, name, 0))
		err = errno == ENOENT ? 0 : -errno;
	else if (fsync(folder))
		err = -errno;
	close(folder);
	return err;
}

static int read_fd(int fd, size_t max, char **buf, size_t *len)
{
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st))
		return root_failed(NULL, fd, -errno);
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	if (st.st_size < 0 || (uintmax_t)st.st_size > max)
		return -EFBIG;
	*buf = malloc((size_t)st.st_size + 1);
	if (!*buf)
		return -ENOMEM;
	while (*len < (size_t)st.st_size) {
		n = read(fd, *buf + *len, (size_t)st.st_size - *len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return root_failed(NULL, fd, -errno);
		if (n == 0)
			break;
		*len += (size_t)n;
	}
	(*buf)[*len] = '\0';
	/* The file is not as long as fstat() said: somebody is writing it. */
	return *len == (size_t)st.st_size ? 0 : -EAGAIN;
}

int file_read(const struct root *root, const char *path, size_t max, char **buf,
	      size_t *len)
{
	int fd = root_openat(root, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, "%s",
			     path);
	int err;

	*buf = NULL;
	*len = 0;
	if (fd < 0)
		return fd;
	err = read_fd(fd, max, buf, len);
	close(fd);
	if (err) {
		free(*buf);
		*buf = NULL;
	}
	return err;
}

int file_make_folder(const struct root *root, const char *path, mode_t mode)
{
	char part[PATH_MAX];
	size_t len = strlen(path);

	if (len >= sizeof(part))
		return -ENAMETOOLONG;
	for (size_t i = 1; i <= len; i++) {
		const char *name;
		int folder;

		if (path[i] != '/' && path[i] != '\0')
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		folder = open_folder(root, part, &name);
		if (folder < 0)
			return folder;
		if (mkdirat(folder, name, i == len ? mode : 0755) &&
		    errno != EEXIST) {
			int err = -errno;

			close(folder);
			return err;
		}
		close(folder);
	}
	return 0;
}
