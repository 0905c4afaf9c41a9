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

#include "capture/child.h"
#include "capture/say.h"
#include "lib/clock.h"
#include "lib/macros.h"

#define POLL_MS 200
/* Pause after a program closed its output and before it ends. */
#define CLOSED_MS	10
#define PROGRAM_BYTES	1024 /* of its path */
#define EXEC_TRIES	30
#define ENVIRONMENT_MAX 16
/* Of what it leaves running, which may write for ever. */
#define REST_MAX 4096

static const char *const folders[] = { "/usr/bin", "/usr/sbin", "/bin",
				       "/sbin" };

/*
 * The environment of programs. It tells lvm and mdadm to make device nodes
 * themselves, because no udev runs.
 */
static char *environment[ENVIRONMENT_MAX + 1] = {
	"PATH=/usr/sbin:/usr/bin:/sbin:/bin",
	"LC_ALL=C",
	"TMPDIR=/tmp",
	"DM_DISABLE_UDEV=1",
	"MDADM_NO_UDEV=1",
};

void program_tell(char *variable)
{
	size_t i = 0;

	while (i < ENVIRONMENT_MAX && environment[i])
		i++;
	if (i < ENVIRONMENT_MAX)
		environment[i] = variable;
}

static bool find(const char *name, char *path, size_t size)
{
	if (name[0] == '/')
		return snprintf(path, size, "%s", name) < (int)size &&
		       access(path, X_OK) == 0;
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		int len = snprintf(path, size, "%s/%s", folders[i], name);

		if (len > 0 && (size_t)len < size && access(path, X_OK) == 0)
			return true;
	}
	return false;
}

bool program_exists(const char *name)
{
	char path[PROGRAM_BYTES];

	return find(name, path, sizeof(path));
}

/* If memory runs out, have the kernel kill this before its supervisor. */
static void be_killed_first(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (write(fd, "500", 3) < 0)
		errno = 0; /* without it the kernel chooses */
	close(fd);
}

static void become(const char *path, const char *const *argv, int out_fd,
		   int err_fd)
{
	dup2(out_fd, STDOUT_FILENO);
	dup2(err_fd, STDERR_FILENO);
	for (int i = 0; i < EXEC_TRIES; i++) {
		execve(path, (char *const *)argv, environment);
		if (errno != ENOMEM && errno != EAGAIN)
			break;
		clock_sleep_ms(100);
	}
	say_event("%s cannot be started: %s", argv[0], strerror(errno));
	_exit(PROGRAM_NOT_STARTED);
}

/* Standard output or error of a program, cut into lines. */
struct stream {
	int fd; /* -1: closed */
	struct lines lines;
};

static void hand_out(struct lines *lines, char *chunk, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (chunk[i] == '\r')
			chunk[i] = '\n';
	lines_feed(lines, chunk, len);
}

static void read_some(struct stream *stream)
{
	char chunk[1024];
	ssize_t got = read(stream->fd, chunk, sizeof(chunk));

	if (got > 0) {
		hand_out(&stream->lines, chunk, (size_t)got);
	} else if (got == 0 || (errno != EINTR && errno != EAGAIN)) {
		close(stream->fd);
		stream->fd = -1;
	}
}

/* Wait for output, ms milliseconds at most. false: there was none. */
static bool listen_to(struct stream streams[2], int ms)
{
	struct pollfd wait[2] = {
		{ .fd = streams[0].fd, .events = POLLIN },
		{ .fd = streams[1].fd, .events = POLLIN },
	};

	if (poll(wait, 2, ms) <= 0)
		return false;
	for (int i = 0; i < 2; i++)
		if (streams[i].fd >= 0 && wait[i].revents)
			read_some(&streams[i]);
	return true;
}

/* The exit status that a shell shows. */
static int status_of(int how)
{
	return WIFSIGNALED(how) ? 128 + WTERMSIG(how) : WEXITSTATUS(how);
}

/*
 * Follow a program until it ends or its time is over. Processes that it leaves
 * running may keep the pipes open.
 */
static int follow(pid_t pid, struct stream streams[2], uint64_t limit_s)
{
	uint64_t end_ms = clock_ms() + limit_s * 1000;
	int how, rest = REST_MAX;

	while (child_ended(pid, &how) != pid) {
		listen_to(streams, streams[0].fd < 0 && streams[1].fd < 0
					   ? CLOSED_MS
					   : POLL_MS);
		if (clock_ms() >= end_ms) {
			kill(pid, SIGKILL);
			return PROGRAM_TIMED_OUT;
		}
	}
	while (rest-- > 0 && (streams[0].fd >= 0 || streams[1].fd >= 0) &&
	       listen_to(streams, 0))
		;
	lines_end(&streams[0].lines);
	lines_end(&streams[1].lines);
	return status_of(how);
}

/* Start a program that writes into two pipes, which streams read. */
static pid_t start(const struct program *program, const char *path,
		   struct stream streams[2])
{
	int out[2], err[2], error;
	pid_t pid;

	if (pipe2(out, O_CLOEXEC))
		return -1;
	if (pipe2(err, O_CLOEXEC)) {
		close(out[0]);
		close(out[1]);
		return -1;
	}
	pid = child_fork();
	if (pid == 0) {
		be_killed_first();
		become(path, program->argv,
		       program->out_fd > 0 ? program->out_fd : out[1], err[1]);
	}
	error = errno; /* fork's */
	close(out[1]);
	close(err[1]);
	if (pid < 0) {
		close(out[0]);
		close(err[0]);
		errno = error;
		return -1;
	}
	streams[0].fd = out[0];
	streams[1].fd = err[0];
	return pid;
}

int program_run(const struct program *program)
{
	/* Two, so that no error message stands in a line of progress. */
	static struct stream streams[2];
	char path[PROGRAM_BYTES];
	int status;
	pid_t pid;

	if (!find(program->argv[0], path, sizeof(path)))
		return PROGRAM_NOT_FOUND;
	pid = start(program, path, streams);
	if (pid < 0) {
		say_event("%s cannot be started: %s", program->argv[0],
			  strerror(errno));
		return PROGRAM_NOT_STARTED;
	}
	for (int i = 0; i < 2; i++)
		lines_begin(&streams[i].lines, program->fn, program->arg);
	status = follow(pid, streams, program->limit_s);
	for (int i = 0; i < 2; i++)
		if (streams[i].fd >= 0)
			close(streams[i].fd);
	return status;
}

int program_run_quietly(const char *const *argv, uint64_t limit_s, int out_fd,
			size_t lines_max)
{
	static struct tail tail;
	const struct program program = { argv, limit_s, say_tail_line, &tail,
					 out_fd };
	int status;

	tail.count = 0;
	status = program_run(&program);
	if (status)
		say_tail(&tail, lines_max);
	return status;
}

int program_begin(const char *const *argv, int in_fd, int out_fd)
{
	char path[PROGRAM_BYTES];
	pid_t pid;

	if (!find(argv[0], path, sizeof(path)))
		return -ENOENT;
	pid = child_fork();
	if (pid == 0) {
		be_killed_first();
		dup2(in_fd, STDIN_FILENO);
		become(path, argv, out_fd, out_fd);
	}
	return pid < 0 ? -errno : pid;
}

int program_end(int pid, uint64_t limit_s)
{
	uint64_t end_ms = clock_ms() + limit_s * 1000;
	int how;

	while (child_ended(pid, &how) != pid) {
		if (clock_ms() >= end_ms) {
			kill(pid, SIGKILL);
			return PROGRAM_TIMED_OUT;
		}
		clock_sleep_ms(CLOSED_MS);
	}
	return status_of(how);
}

int program_start(const char *const *argv)
{
	char path[PROGRAM_BYTES];
	pid_t pid;
	int fd;

	if (!find(argv[0], path, sizeof(path)))
		return -ENOENT;
	pid = child_fork();
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
