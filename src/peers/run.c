// SPDX-License-Identifier: GPL-2.0-or-later
#include "peers/run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

__attribute__((noreturn)) static void become(const char *const argv[], int out)
{
	int null = open("/dev/null", O_RDONLY);

	if (null < 0 || dup2(null, 0) < 0 || dup2(out, 1) < 0 ||
	    setenv("PATH", RUN_PATH, 1))
		_exit(127);
	/* Its own group, so that all of it can be killed. */
	setpgid(0, 0);
	execvp(argv[0], (char *const *)argv);
	_exit(127);
}

static int wait_until(pid_t pid, uint64_t end)
{
	int status;

	for (;;) {
		pid_t done = waitpid(pid, &status, WNOHANG);

		if (done == pid)
			break;
		if (done < 0 && errno != EINTR)
			return -errno;
		if (now_ms() >= end) {
			kill(-pid, SIGKILL);
			kill(pid, SIGKILL);
			waitpid(pid, &status, 0);
			return -ETIMEDOUT;
		}
		poll(NULL, 0, 20);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int run(const char *const argv[], unsigned int seconds)
{
	uint64_t end = now_ms() + seconds * 1000ULL;
	pid_t pid = fork();

	if (pid < 0)
		return -errno;
	if (pid == 0)
		become(argv, 2);
	return wait_until(pid, end);
}

static int collect(int from, uint64_t end, char *buf, size_t size)
{
	size_t len = 0;

	for (;;) {
		struct pollfd poll_from = { .fd = from, .events = POLLIN };
		uint64_t now = now_ms();
		ssize_t n;

		buf[len] = '\0';
		if (now >= end)
			return -ETIMEDOUT;
		if (poll(&poll_from, 1, (int)(end - now)) < 0 && errno != EINTR)
			return -errno;
		if (!poll_from.revents)
			continue;
		if (len + 1 == size)
			return -ENOSPC;
		n = read(from, buf + len, size - 1 - len);
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n == 0)
			return 0;
		if (n > 0)
			len += (size_t)n;
	}
}

int run_read(const char *const argv[], unsigned int seconds, char *buf,
	     size_t size)
{
	uint64_t end = now_ms() + seconds * 1000ULL;
	int ends[2], err, status;
	pid_t pid;

	buf[0] = '\0';
	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	pid = fork();
	if (pid == 0)
		become(argv, ends[1]);
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return -EAGAIN;
	}
	err = collect(ends[0], end, buf, size);
	close(ends[0]);
	if (err)
		kill(-pid, SIGKILL);
	status = wait_until(pid, end);
	return err ? err : status;
}

int run_failed(const char *what, int status)
{
	if (status == -ETIMEDOUT)
		fprintf(stderr, "kdump-dma: %s: not done in time, killed\n",
			what);
	else if (status < 0)
		fprintf(stderr, "kdump-dma: %s: %s\n", what, strerror(-status));
	else
		fprintf(stderr, "kdump-dma: %s: exit status %d\n", what,
			status);
	return status < 0 ? status : -EIO;
}

int run_or_say(const char *const argv[], unsigned int seconds)
{
	int status = run(argv, seconds);

	return status ? run_failed(argv[0], status) : 0;
}
