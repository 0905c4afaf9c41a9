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

/* As many as the kernel follows. */
#define LINKS_MAX 40

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

/* What the link says that the first len bytes of path are; 0: no link. */
static int read_link(const struct root *root, const char *path, size_t len,
		     char *out, size_t size)
{
	int fd =
		root_openat(root, O_PATH | O_NOFOLLOW, ".%.*s", (int)len, path);
	ssize_t n = fd < 0 ? 0 : readlinkat(fd, "", out, size - 1);

	if (fd >= 0)
		close(fd);
	out[n > 0 ? n : 0] = '\0';
	return n > 0;
}

bool resolve_link(const struct root *root, char path[static PATH_MAX],
		  size_t len)
{
	char link[PATH_MAX], was[PATH_MAX];
	size_t above = len;

	if (!read_link(root, path, len, link, sizeof(link)))
		return false;
	while (above > 0 && path[above - 1] != '/')
		above--;
	strcpy(was, path);
	return snprintf(path, PATH_MAX, "%.*s%s%s",
			link[0] == '/' ? 0 : (int)above, was, link,
			was + len) < PATH_MAX;
}

/*
 * Find the longest beginning of path that exists: its length, and its name
 * below the root in found. Links that lead nowhere are followed in path.
 */
static int find_there(const struct root *root, char path[static PATH_MAX],
		      char found[static PATH_MAX], size_t *length, int *links)
{
	size_t len = strlen(path);
	int err;

	do {
		err = resolve(root, found, PATH_MAX, ".%.*s", (int)len, path);
		if (err != -ENOENT)
			break;
		if (*links < LINKS_MAX && resolve_link(root, path, len)) {
			len = strlen(path);
			++*links;
			continue;
		}
		while (len > 1 && path[--len] != '/')
			;
	} while (len > 1);
	*length = len;
	return *links == LINKS_MAX ? -ELOOP : err;
}

static int follow_all(const struct root *root, const char *folder, char *out,
		      size_t size, int *links)
{
	char path[PATH_MAX], found[PATH_MAX];
	const char *rest;
	size_t len;
	int err, n;

	*links = 0;
	if (strlen(folder) >= sizeof(path))
		return -ENAMETOOLONG;
	strcpy(path, folder);
	err = find_there(root, path, found, &len, links);
	if (err && err != -ENOENT)
		return err;
	rest = path + (err ? 0 : len);
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

int resolve_folder(const struct root *root, const char *folder, char *out,
		   size_t size)
{
	int links;

	return follow_all(root, folder, out, size, &links);
}

bool resolve_dangles(const struct root *root, const char *folder, char *out,
		     size_t size)
{
	int links;

	return !follow_all(root, folder, out, size, &links) && links;
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
