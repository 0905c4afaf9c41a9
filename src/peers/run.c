// SPDX-License-Identifier: GPL-2.0-or-later
#include "peers/run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/text.h"

/* out, err: where its output and its messages go. */
__attribute__((noreturn)) static void become(const char *const argv[], int in,
					     int out, int err)
{
	/* A process group of its own, so that its children are killed, too. */
	setpgid(0, 0);
	if (dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0 ||
	    setenv("PATH", RUN_PATH, 1))
		_exit(RUN_NOT_FOUND);
	execvp(argv[0], (char *const *)argv);
	_exit(RUN_NOT_FOUND);
}

/*
 * in -1: /dev/null. With a file as input the program is only tried on it, so
 * its messages are dropped. out -1: our standard error.
 */
static pid_t begin(const char *const argv[], int in, int out)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	pid_t pid;
	int err;

	if (null < 0)
		return -errno;
	pid = fork();
	err = -errno;
	if (pid == 0)
		become(argv, in < 0 ? null : in, out < 0 ? 2 : out,
		       in < 0 ? 2 : null);
	close(null);
	return pid < 0 ? err : pid;
}

/* A killed process in state D may take long to die: do not wait longer. */
#define DEATH_MS 2000

static int wait_until(pid_t pid, uint64_t end)
{
	bool is_killed = false;
	int status;

	for (;;) {
		pid_t done = waitpid(pid, &status, WNOHANG);

		if (done == pid)
			break;
		if (done < 0 && errno != EINTR)
			return -errno;
		if (clock_ms() >= end && is_killed)
			return -ETIMEDOUT;
		if (clock_ms() >= end) {
			kill(-pid, SIGKILL);
			kill(pid, SIGKILL);
			is_killed = true;
			end = clock_ms() + DEATH_MS;
		}
		poll(NULL, 0, 20);
	}
	if (is_killed)
		return -ETIMEDOUT;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int run_program(const char *const argv[], unsigned int seconds)
{
	uint64_t end = clock_ms() + seconds * 1000ULL;
	pid_t pid = begin(argv, -1, -1);

	return pid < 0 ? (int)pid : wait_until(pid, end);
}

/* In our process group: another one may not read from the terminal. */
int run_attended(const char *const argv[])
{
	pid_t pid = fork();
	int status;

	if (pid < 0)
		return -errno;
	if (pid == 0) {
		if (!setenv("PATH", RUN_PATH, 1))
			execvp(argv[0], (char *const *)argv);
		_exit(RUN_NOT_FOUND);
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int run_between(const char *const argv[], unsigned int seconds, int in, int out)
{
	uint64_t end = clock_ms() + seconds * 1000ULL;
	pid_t pid = begin(argv, in, out);

	return pid < 0 ? (int)pid : wait_until(pid, end);
}

bool run_is_there(const char *program)
{
	char path[256];
	struct text folders = text_of(RUN_PATH);

	while (folders.len) {
		size_t len = strcspn(folders.at, ":");

		snprintf(path, sizeof(path), "%.*s/%s", (int)len, folders.at,
			 program);
		if (!access(path, X_OK))
			return true;
		len += folders.at[len] == ':';
		folders.at += len;
		folders.len -= len;
	}
	return false;
}

static int take_all(int from, uint64_t end, run_take_fn *take, void *arg)
{
	static char chunk[65536];

	for (;;) {
		struct pollfd poll_from = { .fd = from, .events = POLLIN };
		uint64_t now = clock_ms();
		ssize_t n;
		int err;

		if (now >= end)
			return -ETIMEDOUT;
		if (poll(&poll_from, 1, (int)(end - now)) < 0 && errno != EINTR)
			return -errno;
		if (!poll_from.revents)
			continue;
		n = read(from, chunk, sizeof(chunk));
		if (n == 0)
			return 0;
		if (n < 0 && errno == EINTR)
			continue;
		err = n < 0 ? -errno : take(arg, chunk, (size_t)n);
		if (err)
			return err;
	}
}

/* Take the output of a child, which writes it to ends[1]. */
static int follow(pid_t pid, const int ends[2], uint64_t end, run_take_fn *take,
		  void *arg)
{
	int err, status;

	close(ends[1]);
	err = pid < 0 ? (int)pid : take_all(ends[0], end, take, arg);
	close(ends[0]);
	if (pid < 0)
		return err;
	/* If its output was not read to the end, kill it at once. */
	status = wait_until(pid, err ? 0 : end);
	return err ? err : status;
}

int run_take(const char *const argv[], int in, unsigned int seconds,
	     run_take_fn *take, void *arg)
{
	uint64_t end = clock_ms() + seconds * 1000ULL;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	return follow(begin(argv, in, ends[1]), ends, end, take, arg);
}

int run_child(void (*fn)(const void *arg, int out), const void *arg,
	      unsigned int seconds, run_take_fn *take, void *take_arg)
{
	uint64_t end = clock_ms() + seconds * 1000ULL;
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	pid = fork();
	if (pid < 0)
		pid = -errno;
	if (pid == 0) {
		fn(arg, ends[1]);
		_exit(RUN_NOT_FOUND);
	}
	return follow(pid, ends, end, take, take_arg);
}

struct buffer {
	char *at;
	size_t size, len;
};

static int append(void *arg, const char *buf, size_t len)
{
	struct buffer *buffer = arg;

	if (len >= buffer->size - buffer->len)
		return -ENOSPC;
	memcpy(buffer->at + buffer->len, buf, len);
	buffer->len += len;
	buffer->at[buffer->len] = '\0';
	return 0;
}

int run_read(const char *const argv[], unsigned int seconds, char *buf,
	     size_t size)
{
	struct buffer buffer = { buf, size, 0 };

	buf[0] = '\0';
	return run_take(argv, -1, seconds, append, &buffer);
}

int run_try(const char *const argv[], unsigned int seconds, char *buf,
	    size_t size)
{
	struct buffer buffer = { buf, size, 0 };
	int in = open("/dev/null", O_RDONLY | O_CLOEXEC), status;

	buf[0] = '\0';
	if (in < 0)
		return -errno;
	status = run_take(argv, in, seconds, append, &buffer);
	close(in);
	return status;
}

int run_failed(const char *what, int status)
{
	if (status == -ETIMEDOUT)
		fprintf(stderr, "kdump-dma: %s: not done in time, killed\n",
			what);
	else if (status < 0)
		fprintf(stderr, "kdump-dma: %s: %s\n", what, strerror(-status));
	else if (status == RUN_NOT_FOUND)
		fprintf(stderr,
			"kdump-dma: %s: exit status %d: it, or a program that "
			"it runs, is not installed\n",
			what, status);
	else
		fprintf(stderr, "kdump-dma: %s: exit status %d\n", what,
			status);
	return status < 0 ? status : -EIO;
}

int run_or_say(const char *const argv[], unsigned int seconds)
{
	int status = run_program(argv, seconds);

	return status ? run_failed(argv[0], status) : 0;
}
