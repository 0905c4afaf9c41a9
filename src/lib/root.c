// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/root.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "lib/macros.h"
#include "lib/text.h"

/* One record of /dev/kmsg has to fit: CONSOLE_EXT_LOG_MAX is 8 KiB. */
#define CHUNK_BYTES 8192

/* The only device that is read. */
#define PATH_KMSG "dev/kmsg"

void (*root_on_error)(const char *path, int fd, int err);

int root_failed(const char *path, int fd, int err)
{
	if (root_on_error)
		root_on_error(path, fd, err);
	return err;
}

int root_stat(int folder, const char *name, struct stat *st)
{
	return fstatat(folder, name, st, AT_SYMLINK_NOFOLLOW)
		       ? root_failed(name, -1, -errno)
		       : 0;
}

static bool is_on(const struct root *root, const char *folder, long magic)
{
	int fd = openat(root->fd, folder, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct statfs fs;
	bool on = fd >= 0 && !fstatfs(fd, &fs) && (long)fs.f_type == magic;

	if (fd >= 0)
		close(fd);
	return on;
}

/* By whatever name: "//", or "." there. */
static bool is_top(const char *dir)
{
	char real[PATH_MAX];

	return realpath(dir, real) && streq(real, "/");
}

int root_open(struct root *root, const char *dir)
{
	root->is_live = is_top(dir);
	root->is_building = false;
	root->fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root->fd < 0)
		return -errno;
	if (!root->is_live)
		root->is_building = is_on(root, "proc", PROC_SUPER_MAGIC) ||
				    is_on(root, "sys", SYSFS_MAGIC);
	return 0;
}

void root_close(struct root *root)
{
	if (root->fd >= 0)
		close(root->fd);
	root->fd = -1;
}

/* The running kernel's, which is not the one that this root will have. */
static bool is_of_builder(const struct root *root, const char *path)
{
	static const char *const folders[] = { "proc/", "sys/", "dev/",
					       "run/" };

	for (size_t i = 0; root->is_building && i < ARRAY_SIZE(folders); i++)
		if (!strncmp(path, folders[i], strlen(folders[i])))
			return true;
	return false;
}

static int open_any(const struct root *root, int flags, const char *path)
{
	struct open_how how = {
		.flags = (uint64_t)(flags | O_CLOEXEC),
		.resolve = RESOLVE_IN_ROOT,
	};
	int fd;

	if (is_of_builder(root, path))
		return root_failed(path, -1, -ENOENT);
	if (root->is_live)
		fd = openat(root->fd, path, flags | O_CLOEXEC);
	else
		fd = (int)syscall(SYS_openat2, root->fd, path, &how,
				  sizeof(how));
	return fd < 0 ? root_failed(path, -1, -errno) : fd;
}

/*
 * 0 if fd may be read. -EINVAL if it is not a file, -ELOOP if it is a symlink
 * that the caller does not follow; fd is closed on an error.
 */
static int is_readable(const struct root *root, int fd, const char *path)
{
	struct stat st;
	int err = fstat(fd, &st) ? root_failed(path, -1, -errno) : 0;

	if (!err && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode) &&
	    !(root->is_live && S_ISCHR(st.st_mode) && streq(path, PATH_KMSG)))
		err = S_ISLNK(st.st_mode) ? -ELOOP : -EINVAL;
	if (err)
		close(fd);
	return err;
}

/*
 * In a snapshot, check the file's type before opening it: opening a FIFO may
 * block, and opening a device may change its state.
 */
static int open_path(const struct root *root, int flags, const char *path)
{
	int fd, err;

	if (flags & (O_PATH | O_DIRECTORY))
		return open_any(root, flags, path);
	if (!root->is_live) {
		fd = open_any(root, O_PATH | (flags & O_NOFOLLOW), path);
		if (fd < 0)
			return fd;
		err = is_readable(root, fd, path);
		if (err)
			return err;
		close(fd);
	}
	fd = open_any(root, flags | O_NONBLOCK, path);
	if (fd < 0)
		return fd;
	err = is_readable(root, fd, path);
	return err ? err : fd;
}

static int open_format(const struct root *root, int flags, const char *format,
		       va_list args)
{
	char path[PATH_MAX];
	int len = vsnprintf(path, sizeof(path), format, args);

	if (len < 0 || (size_t)len >= sizeof(path))
		return -ENAMETOOLONG;
	return open_path(root, flags, path);
}

/* Open the path that the calling function's printf arguments make. */
#define OPEN_NAMED(fd, root, flags, format)                                    \
	do {                                                                   \
		va_list args_;                                                 \
		va_start(args_, format);                                       \
		(fd) = open_format((root), (flags), (format), args_);          \
		va_end(args_);                                                 \
	} while (0)

int root_openat(const struct root *root, int flags, const char *format, ...)
{
	int fd;

	OPEN_NAMED(fd, root, flags, format);
	return fd;
}

static ssize_t read_some(int fd, char *buf, size_t size)
{
	ssize_t got;

	do {
		got = read(fd, buf, size);
	} while (got < 0 && errno == EINTR);
	return got < 0 ? root_failed(NULL, fd, -errno) : got;
}

static ssize_t read_all(int fd, char *buf, size_t size)
{
	size_t len = 0;

	while (len < size) {
		ssize_t got = read_some(fd, buf + len, size - len);

		if (got < 0)
			return got;
		if (got == 0) {
			buf[len] = '\0';
			return (ssize_t)len;
		}
		len += (size_t)got;
	}
	return -EFBIG;
}

static ssize_t read_and_close(int fd, char *buf, size_t size)
{
	ssize_t len;

	buf[0] = '\0';
	if (fd < 0)
		return fd;
	len = read_all(fd, buf, size);
	if (len < 0)
		buf[0] = '\0';
	close(fd);
	return len;
}

ssize_t root_read(const struct root *root, char *buf, size_t size,
		  const char *format, ...)
{
	int fd;

	OPEN_NAMED(fd, root, O_RDONLY, format);
	return read_and_close(fd, buf, size);
}

static int read_number(int fd, unsigned int base, uint64_t *out)
{
	char buf[32];
	ssize_t len = read_and_close(fd, buf, sizeof(buf));

	*out = 0;
	if (len < 0)
		return (int)len;
	if (len > 0 && buf[len - 1] == '\n')
		len--;
	return text_number((struct text){ buf, (size_t)len }, base, out);
}

int root_read_u64(const struct root *root, uint64_t *out, const char *format,
		  ...)
{
	int fd;

	OPEN_NAMED(fd, root, O_RDONLY, format);
	return read_number(fd, 10, out);
}

int root_read_hex(const struct root *root, uint64_t *out, const char *format,
		  ...)
{
	int fd;

	OPEN_NAMED(fd, root, O_RDONLY, format);
	return read_number(fd, 16, out);
}

int root_fd_lines(int fd, uint64_t bytes_max, line_fn fn, void *arg)
{
	static struct lines lines;
	static char chunk[CHUNK_BYTES];
	uint64_t total = 0;
	ssize_t got;

	lines_begin(&lines, fn, arg);
	for (;;) {
		got = read_some(fd, chunk, sizeof(chunk));
		/* /dev/kmsg: records were overwritten before they were read */
		if (got == -EPIPE) {
			lines.after_loss = true;
			continue;
		}
		if (got <= 0)
			break;
		total += (uint64_t)got;
		if (total > bytes_max)
			return -EFBIG;
		lines_feed(&lines, chunk, (size_t)got);
	}
	lines_end(&lines);
	return got == -EAGAIN ? 0 : (int)got;
}

int root_lines(const struct root *root, uint64_t bytes_max, line_fn fn,
	       void *arg, const char *format, ...)
{
	int fd, err;

	OPEN_NAMED(fd, root, O_RDONLY | O_NONBLOCK, format);
	if (fd < 0)
		return fd;
	err = root_fd_lines(fd, bytes_max, fn, arg);
	close(fd);
	return err;
}

bool root_exists(const struct root *root, const char *format, ...)
{
	int fd;

	OPEN_NAMED(fd, root, O_PATH, format);
	if (fd < 0)
		return false;
	close(fd);
	return true;
}

int root_link_name(const struct root *root, char *buf, size_t size,
		   const char *format, ...)
{
	char target[PATH_MAX];
	const char *name;
	ssize_t len;
	int fd;

	buf[0] = '\0';
	OPEN_NAMED(fd, root, O_PATH | O_NOFOLLOW, format);
	if (fd < 0)
		return fd;
	len = readlinkat(fd, "", target, sizeof(target) - 1);
	/* readlinkat of a non-link gives ENOENT with an empty path */
	close(fd);
	if (len <= 0)
		return -EINVAL;
	target[len] = '\0';
	name = strrchr(target, '/');
	text_copy(text_of(name ? name + 1 : target), buf, size);
	return 0;
}

int root_list(const struct root *root, void (*fn)(void *arg, const char *name),
	      void *arg, const char *format, ...)
{
	struct dirent *entry;
	DIR *dir;
	int fd, err;

	OPEN_NAMED(fd, root, O_RDONLY | O_DIRECTORY, format);
	if (fd < 0)
		return fd;
	dir = fdopendir(fd);
	if (!dir) {
		err = root_failed(NULL, fd, -errno);
		close(fd);
		return err;
	}
	for (;;) {
		errno = 0;
		entry = readdir(dir);
		if (!entry && errno == EINTR)
			continue;
		if (!entry)
			break;
		if (!streq(entry->d_name, ".") && !streq(entry->d_name, ".."))
			fn(arg, entry->d_name);
	}
	err = errno ? root_failed(NULL, fd, -errno) : 0;
	closedir(dir);
	return err;
}
