// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/finish.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "check/record.h"
#include "check/watch.h"
#include "facts/facts.h"
#include "lib/write_file.h"

#define WAIT_STEP_MS 20
#define WAIT_STEPS   200 /* 4 s: a dead disk must not hold the reboot up */
#define KILLED_STEPS 50	 /* 1 s: what is then still there waits for a disk */

static void print_report(FILE *to, const void *arg)
{
	saver_report_print(to, arg);
}

/* The watcher's process ID, or 0 if it no longer runs. */
static pid_t watcher_pid(const struct root *root, const char *run_dir)
{
	char path[SAVER_PATH_BYTES], buf[512], name[64];
	uint64_t pid;
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", run_dir, WATCH_PID_NAME);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return 0;
	len = read(fd, buf, sizeof(buf));
	close(fd);
	if (len < 2 ||
	    text_number((struct text){ buf, (size_t)len - 1 }, 10, &pid) ||
	    pid == 0 || pid > INT32_MAX)
		return 0;
	/*
	 * Another process may have the ID by now, so check its name. A dead
	 * process that was not reaped (state Z, X) does not count.
	 */
	len = snprintf(name, sizeof(name), "%d (kdump-dma-check) ", (int)pid);
	if (root_read(root, buf, sizeof(buf), "proc/%d/stat", (int)pid) < 0 ||
	    strncmp(buf, name, (size_t)len) || buf[len] == 'Z' ||
	    buf[len] == 'X')
		return 0;
	return (pid_t)pid;
}

static int wait_for_watcher(const struct root *root, const char *run_dir,
			    int steps)
{
	const struct timespec step = { 0, WAIT_STEP_MS * 1000000L };

	for (int i = 0; i < steps; i++) {
		if (watcher_pid(root, run_dir) == 0)
			return 0;
		nanosleep(&step, NULL);
	}
	return -ETIMEDOUT;
}

static void look(const struct root *root, struct record *record,
		 const struct saver_report *saver)
{
	static struct facts facts;
	static struct watched watched;

	facts_collect(root, &facts);
	watched.have_kernel_log = facts.have_kernel_log;
	watched.kernel_log = facts.kernel_log;
	*record = (struct record){ &facts, &watched, saver, time(NULL) };
}

int finish_begin(const struct root *root, const struct saver_report *saver)
{
	struct record record;

	look(root, &record, saver);
	return record_write(saver->dir, &record);
}

static int write_here(const struct root *root, const char *run_dir,
		      const struct saver_report *saver)
{
	struct record record;
	int err;

	look(root, &record, saver);
	err = record_write(saver->dir[0] ? saver->dir : run_dir, &record);
	fputs("kdump-dma: ", stdout);
	record_print(stdout, &record, false);
	fflush(stdout);
	return err;
}

/* The record's inode, which changes with each rename; 0: no record. Times would
 * not do: an NFS server has its own clock. */
static ino_t record_inode(const char *dir)
{
	char path[SAVER_PATH_BYTES + 32];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", dir, RECORD_NAME);
	return lstat(path, &st) ? 0 : st.st_ino;
}

/* One that was stopped goes on; one that hangs without waiting for a disk is
 * killed. */
static int end_watcher(const struct root *root, const char *run_dir, pid_t pid)
{
	int err;

	kill(pid, SIGCONT);
	err = wait_for_watcher(root, run_dir, WAIT_STEPS);
	if (!err)
		return 0;
	kill(pid, SIGKILL);
	return wait_for_watcher(root, run_dir, KILLED_STEPS);
}

int finish_capture(const struct root *root, const char *run_dir,
		   const struct saver_report *saver)
{
	const char *dir = saver->dir[0] ? saver->dir : run_dir;
	ino_t before = record_inode(dir), now;
	pid_t pid;
	int err;

	if (mkdir(run_dir, 0755) && errno != EEXIST)
		return -errno;
	err = write_file(run_dir, WATCH_SAVER_NAME, print_report, saver);
	pid = err ? 0 : watcher_pid(root, run_dir);
	if (pid && kill(pid, SIGTERM) == 0) {
		err = end_watcher(root, run_dir, pid);
		now = record_inode(dir);
		if (err || (now && now != before))
			return err;
	}
	return write_here(root, run_dir, saver);
}
