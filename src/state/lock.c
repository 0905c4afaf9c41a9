// SPDX-License-Identifier: GPL-2.0-or-later
#include "state/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "lib/macros.h"
#include "state/file.h"
#include "state/history.h"

#define LOCK_NAME "lock"
#define RETRY_MS  50

int lock_take(const struct root *root, unsigned int seconds)
{
	struct flock whole = { .l_type = F_WRLCK };
	int err = file_make_folder(root, HISTORY_DIR, 0700);
	int folder, fd;

	if (err)
		return err;
	folder = root_openat(root, O_RDONLY | O_DIRECTORY, HISTORY_DIR);
	if (folder < 0)
		return folder;
	fd = openat(folder, LOCK_NAME,
		    O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	err = -errno;
	close(folder);
	if (fd < 0)
		return err;
	for (unsigned int i = 0; fcntl(fd, F_OFD_SETLK, &whole); i++) {
		err = errno == EAGAIN || errno == EACCES ? -EBUSY : -errno;
		if (err != -EBUSY || i >= seconds * 1000 / RETRY_MS) {
			close(fd);
			return err;
		}
		poll(NULL, 0, RETRY_MS);
	}
	return fd;
}

void lock_failed(const char *dir, int err)
{
	if (err == -EBUSY)
		fprintf(stderr, "kdump-dma: %s: another kdump-dma is at work\n",
			dir);
	else
		fprintf(stderr, "kdump-dma: %s/%s: %s%s\n",
			!streq(dir, "/") ? dir : "", HISTORY_DIR,
			strerror(-err),
			err == -EACCES || err == -EPERM ? ": run it as root"
							: "");
}

bool lock_is_taken(const struct root *root)
{
	struct flock whole = { .l_type = F_WRLCK };
	int fd = root_openat(root, O_RDONLY, HISTORY_DIR "/" LOCK_NAME);
	bool taken;

	if (fd < 0)
		return false;
	taken = !fcntl(fd, F_OFD_GETLK, &whole) && whole.l_type != F_UNLCK;
	close(fd);
	return taken;
}

bool lock_is_held(const struct root *root, const char *path)
{
	int fd = root_openat(root, O_RDONLY, "%s", path);
	bool held;

	if (fd < 0)
		return false;
	held = flock(fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK;
	close(fd);
	return held;
}
