// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/resolve.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "lib/macros.h"

/* The kernel's name of an open file. */
static int name_of(int fd, char *buf, size_t size)
{
	char link[48];
	ssize_t len;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, buf, size - 1);
	if (len < 0)
		return -errno;
	buf[len] = '\0';
	return (int)len;
}

static int name_below(const struct root *root, int fd, char *buf, size_t size)
{
	char path[PATH_MAX], top[PATH_MAX] = "";
	int skip = root->is_live ? 0 : name_of(root->fd, top, sizeof(top));
	int len = name_of(fd, path, sizeof(path));

	if (skip < 0 || len < 0)
		return skip < 0 ? skip : len;
	if (len < skip || memcmp(path, top, (size_t)skip))
		return -EXDEV;
	while (path[skip] == '/')
		skip++;
	if (strlen(path + skip) >= size)
		return -ENAMETOOLONG;
	strcpy(buf, path + skip);
	return 0;
}

int resolve(const struct root *root, char *buf, size_t size, const char *format,
	    ...)
{
	char path[PATH_MAX];
	va_list args;
	int n, fd, err;

	buf[0] = '\0';
	va_start(args, format);
	n = vsnprintf(path, sizeof(path), format, args);
	va_end(args);
	if (n < 0 || (size_t)n >= sizeof(path))
		return -ENAMETOOLONG;
	fd = root_openat(root, O_PATH, "%s", path);
	if (fd < 0)
		return fd;
	err = name_below(root, fd, buf, size);
	close(fd);
	return err;
}

int resolve_folder(const struct root *root, const char *folder, char *out,
		   size_t size)
{
	char there[PATH_MAX], found[PATH_MAX];
	const char *rest;
	size_t len = strlen(folder);
	int err, n;

	do {
		snprintf(there, sizeof(there), "%.*s", (int)len, folder);
		err = resolve(root, found, sizeof(found), ".%s", there);
		if (err != -ENOENT)
			break;
		while (len > 1 && folder[--len] != '/')
			;
	} while (len > 1);
	if (err && err != -ENOENT)
		return err;
	rest = folder + (err ? 0 : len);
	while (*rest == '/')
		rest++;
	n = snprintf(out, size, "%s%s%s%s", err ? "" : "/", err ? "" : found,
		     err || found[0] ? "/" : "", rest);
	if (n < 0 || (size_t)n >= size)
		return -ENAMETOOLONG;
	while (n > 1 && out[n - 1] == '/')
		out[--n] = '\0';
	return 0;
}

int resolve_open_block(const struct root *root, const char *name,
		       unsigned int major, unsigned int minor)
{
	struct stat st;
	char link[48];
	int fd = root_openat(root, O_PATH, "dev/%s", name);
	int opened = -ENODEV;

	if (fd < 0)
		return fd;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	if (!fstat(fd, &st) &&
	    (root->is_live ? S_ISBLK(st.st_mode) &&
				     st.st_rdev == makedev(major, minor)
			   : S_ISREG(st.st_mode))) {
		opened = open(link, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
		if (opened < 0)
			opened = -errno;
	}
	close(fd);
	return opened;
}

int resolve_open_program(const struct root *root, const char *name)
{
	static const char *const folders[] = { "usr/sbin", "usr/bin", "sbin",
					       "bin" };
	int fd = -ENOENT;

	if (name[0] == '/')
		return root_openat(root, O_PATH, "%s", name + 1);
	for (size_t i = 0; fd < 0 && i < ARRAY_SIZE(folders); i++)
		fd = root_openat(root, O_PATH, "%s/%s", folders[i], name);
	return fd;
}

bool resolve_has_program(const struct root *root, const char *name)
{
	int fd = resolve_open_program(root, name);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}
