// SPDX-License-Identifier: GPL-2.0-or-later
#include "state/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "state/history.h"
#include "state/replace.h"

#define RETRY_MS 50

int lock_take(const struct root *root, unsigned int seconds)
{
	int err = folder_make(root, HISTORY_DIR, 0700);
	int folder, fd;

	if (err)
		return err;
	folder = root_openat(root, O_RDONLY | O_DIRECTORY, HISTORY_DIR);
	if (folder < 0)
		return folder;
	fd = openat(folder, "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC,
		    0600);
	err = -errno;
	close(folder);
	if (fd < 0)
		return err;
	for (unsigned int i = 0; flock(fd, LOCK_EX | LOCK_NB); i++) {
		err = errno == EWOULDBLOCK ? -EBUSY : -errno;
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
			strcmp(dir, "/") ? dir : "", HISTORY_DIR,
			strerror(-err),
			err == -EACCES || err == -EPERM ? ": run it as root"
							: "");
}

int lock_is_held(const struct root *root, const char *path)
{
	int fd = root_openat(root, O_RDONLY | O_NONBLOCK, "%s", path);
	int held;

	if (fd < 0)
		return 0;
	held = flock(fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK;
	close(fd);
	return held;
}
