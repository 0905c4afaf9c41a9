// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/write_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

static int print_and_sync(int fd, void (*fn)(FILE *to, const void *arg),
			  const void *arg)
{
	FILE *to = fdopen(fd, "w");
	int err = 0;

	if (!to) {
		err = -errno;
		close(fd);
		return err;
	}
	fn(to, arg);
	if (fflush(to) || ferror(to) || fsync(fd))
		err = errno ? -errno : -EIO;
	if (fclose(to) && !err)
		err = -errno;
	return err;
}

int write_file_temporary(const char *name, char out[static NAME_MAX + 1])
{
	int n = snprintf(out, NAME_MAX + 1, ".%s" WRITE_FILE_SUFFIX, name);

	return n > 0 && n <= NAME_MAX ? 0 : -ENAMETOOLONG;
}

int write_file_like(int dir_fd, const char *name,
		    int (*prepare)(int dir_fd, const char *name, int fd),
		    void (*fn)(FILE *to, const void *arg), const void *arg)
{
	char temporary[NAME_MAX + 1];
	int fd, err = write_file_temporary(name, temporary);

	if (err)
		return err;
	/* A killed writer may have left this file; nobody else uses its name */
	if (unlinkat(dir_fd, temporary, 0) && errno != ENOENT)
		return -errno;
	fd = openat(dir_fd, temporary,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	err = prepare ? prepare(dir_fd, name, fd) : 0;
	if (err)
		close(fd);
	else
		err = print_and_sync(fd, fn, arg);
	if (!err && renameat(dir_fd, temporary, dir_fd, name))
		err = -errno;
	if (err)
		unlinkat(dir_fd, temporary, 0);
	else if (fsync(dir_fd))
		err = -errno;
	return err;
}

int write_file_at(int dir_fd, const char *name,
		  void (*fn)(FILE *to, const void *arg), const void *arg)
{
	return write_file_like(dir_fd, name, NULL, fn, arg);
}

int write_file(const char *dir, const char *name,
	       void (*fn)(FILE *to, const void *arg), const void *arg)
{
	int dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int err;

	if (dir_fd < 0)
		return -errno;
	err = write_file_at(dir_fd, name, fn, arg);
	close(dir_fd);
	return err;
}
