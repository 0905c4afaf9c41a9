// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture/clock.h"

#define POLL_MS 200

static const char *const folders[] = { "/usr/bin", "/usr/sbin", "/bin",
				       "/sbin" };

/* No udev here: lvm and mdadm make their device nodes without it. */
static char *const environment[] = {
	"PATH=/usr/sbin:/usr/bin:/sbin:/bin",
	"LC_ALL=C",
	"TMPDIR=/tmp",
	"DM_DISABLE_UDEV=1",
	"MDADM_NO_UDEV=1",
	NULL,
};

static bool find(const char *name, char *path, size_t size)
{
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		int len = snprintf(path, size, "%s/%s", folders[i], name);

		if (len > 0 && (size_t)len < size && access(path, X_OK) == 0)
			return true;
	}
	return false;
}

bool program_exists(const char *name)
{
	char path[256];

	return find(name, path, sizeof(path));
}

/* Where memory ends, a program goes before what supervises it. */
static void be_killed_first(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (write(fd, "500", 3) < 0)
		errno = 0; /* then the kernel chooses */
	close(fd);
}

static void become(const char *path, const char *const *argv, int out_fd,
		   int err_fd)
{
	dup2(out_fd, STDOUT_FILENO);
	dup2(err_fd, STDERR_FILENO);
	execve(path, (char *const *)argv, environment);
	_exit(PROGRAM_NOT_FOUND);
}

static void hand_out(struct lines *lines, char *chunk, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (chunk[i] == '\r')
			chunk[i] = '\n';
	lines_feed(lines, chunk, len);
}

/* Read what there is: false at the end of the file. */
static bool listen_to(int fd, struct lines *lines)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	char chunk[1024];
	ssize_t got;

	if (poll(&wait, 1, POLL_MS) <= 0)
		return true;
	got = read(fd, chunk, sizeof(chunk));
	if (got > 0)
		hand_out(lines, chunk, (size_t)got);
	return got > 0 || (got < 0 && (errno == EINTR || errno == EAGAIN));
}

/* Until it ends, or its time does. What it leaves running may keep the pipe. */
static int follow(pid_t pid, int fd, const struct program *program)
{
	static struct lines lines;
	uint64_t end_ms = clock_ms() + program->limit_s * 1000;
	bool is_open = true;
	int how;

	lines_begin(&lines, program->fn, program->arg);
	for (;;) {
		if (is_open)
			is_open = listen_to(fd, &lines);
		if (waitpid(pid, &how, WNOHANG) == pid)
			break;
		if (clock_ms() >= end_ms) {
			kill(pid, SIGKILL);
			return PROGRAM_TIMED_OUT;
		}
		if (!is_open)
			clock_sleep_ms(10);
	}
	while (is_open && poll(&(struct pollfd){ fd, POLLIN, 0 }, 1, 0) > 0)
		is_open = listen_to(fd, &lines);
	lines_end(&lines);
	return WIFSIGNALED(how) ? 128 + WTERMSIG(how) : WEXITSTATUS(how);
}

int program_run(const struct program *program)
{
	char path[256];
	int pipes[2], status;
	pid_t pid;

	if (!find(program->argv[0], path, sizeof(path)) ||
	    pipe2(pipes, O_CLOEXEC))
		return PROGRAM_NOT_FOUND;
	pid = fork();
	if (pid == 0) {
		be_killed_first();
		become(path, program->argv,
		       program->out_fd > 0 ? program->out_fd : pipes[1],
		       pipes[1]);
	}
	close(pipes[1]);
	status = pid < 0 ? PROGRAM_NOT_FOUND : follow(pid, pipes[0], program);
	close(pipes[0]);
	return status;
}

int program_start(const char *const *argv)
{
	char path[256];
	pid_t pid;
	int fd;

	if (!find(argv[0], path, sizeof(path)))
		return -ENOENT;
	pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0) {
		setsid();
		fd = open("/dev/kmsg",
			  O_WRONLY | O_APPEND | O_NOCTTY | O_CLOEXEC);
		become(path, argv, fd < 0 ? STDOUT_FILENO : fd,
		       fd < 0 ? STDERR_FILENO : fd);
	}
	return pid;
}
