// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/try_nfs.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/text.h"

#define POINT	   "/run/kdump-dma/far"
#define LIMIT_MS   60000
#define PAUSE_MS   20
#define WHY_SHARED 512

/* What to do about it, at the far end. */
static const char *hint_of(int err)
{
	switch (err) {
	case -EACCES:
	case -EPERM:
		return ": export it to this machine's address, read-write, "
		       "without Kerberos (sec=sys) and with no_root_squash, or "
		       "let the folder be writable for whom root is there";
	case -EROFS:
		return ": export it read-write";
	case -ENOENT:
		return ": it has no such export";
	case -ENODEV:
		return ": the running kernel has no NFS";
	default:
		return "";
	}
}

static int failed(char *why, const char *what, int err)
{
	snprintf(why, WHY_SHARED, "%s: %s%s", what, strerror(-err),
		 hint_of(err));
	return err;
}

/* The folders of path that are not there, and a file in the last one. */
static int write_in(int at, const char *path)
{
	struct text rest = text_of(path), part;
	char name[64];
	int next, fd, err;

	while (at >= 0 && text_split(&rest, '/', &part)) {
		char folder[256];

		if (!part.len)
			continue;
		text_copy(part, folder, sizeof(folder));
		next = mkdirat(at, folder, 0700) && errno != EEXIST
			       ? -1
			       : openat(at, folder,
					O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		err = -errno;
		close(at);
		if (next < 0)
			return err;
		at = next;
	}
	snprintf(name, sizeof(name), ".kdump-dma-try.%d", (int)getpid());
	fd = openat(at, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	err = fd < 0 || write(fd, name, sizeof(name)) < 0 || fsync(fd) ? -errno
								       : 0;
	if (fd >= 0)
		unlinkat(at, name, 0);
	close(fd);
	close(at);
	return err;
}

static int try_all(const struct capture_remote *remote, char *why)
{
	int err, at;

	if (unshare(CLONE_NEWNS) ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    (mkdir(POINT, 0700) && errno != EEXIST))
		return failed(why, POINT, -errno);
	err = nfs_mount(remote->nfs_source, POINT, remote->nfs_options);
	if (err)
		return failed(why, "it cannot be mounted", err);
	at = open(POINT, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	err = at < 0 ? -errno : write_in(at, remote->folder);
	return err ? failed(why, remote->folder, err) : 0;
}

/* False if it does not end in time: a process that waits for a server may not
 * end at once when it is killed. */
static bool wait_for(pid_t pid, int *status)
{
	const struct timespec pause = { 0, PAUSE_MS * 1000000 };

	for (int ms = 0; ms < LIMIT_MS; ms += PAUSE_MS) {
		if (waitpid(pid, status, WNOHANG) == pid)
			return true;
		nanosleep(&pause, NULL);
	}
	kill(pid, SIGKILL);
	return false;
}

int try_nfs(const struct capture_remote *remote, char *why, size_t size)
{
	char *said = mmap(NULL, WHY_SHARED, PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status = 0;
	pid_t pid = -1;

	mkdir("/run/kdump-dma", 0755);
	if (said != MAP_FAILED)
		pid = fork();
	if (pid == 0)
		_exit(try_all(remote, said) ? 1 : 0);
	if (pid < 0)
		snprintf(why, size, "%s", strerror(errno));
	else if (!wait_for(pid, &status))
		snprintf(why, size, "it did not answer within a minute");
	else if (status)
		snprintf(why, size, "%s",
			 said[0] ? said : "what tried it was killed");
	else
		pid = 0;
	rmdir(POINT);
	if (said != MAP_FAILED)
		munmap(said, WHY_SHARED);
	return pid ? -EIO : 0;
}
