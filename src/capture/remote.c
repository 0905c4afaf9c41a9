// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/remote.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture/capture.h"
#include "capture/folder.h"
#include "capture/network.h"
#include "capture/program.h"
#include "capture/save.h"
#include "capture/say.h"
#include "lib/clock.h"

/* Its only host is called "far". */
#define SSH_CONFIG   "/etc/kdump-dma-ssh.conf"
#define TALK_LIMIT_S 60 /* for a session without a file */
/* Least time after the end of a file: the far end syncs it. */
#define PUT_LIMIT_S  120
#define PAUSE_MS     UINT64_C(3000)
#define TRIES	     5
#define NUMBER_BYTES 24
#define VMCORE	     "vmcore.flat"
#define LOG	     "vmcore-dmesg.txt"
#define RECORD	     "kdump-dma.json"

/* The ssh session that runs; there is one at a time. */
struct session {
	int pid;
	int said_fd;
	char said[512];
};

static struct session session;

static void begin(int in_fd, const char *verb, const char *file,
		  const char *bytes)
{
	const char *const argv[] = { "ssh", "-F",  SSH_CONFIG,
				     "far", verb,  capture->far_folder,
				     file,  bytes, NULL };

	session.said_fd = memfd_create("said", MFD_CLOEXEC);
	session.pid = program_begin(argv, in_fd, session.said_fd);
}

/* End the session: its exit status; session.said is its last line. */
static int end(uint64_t limit_s)
{
	int status = session.pid < 0 ? PROGRAM_NOT_FOUND
				     : program_end(session.pid, limit_s);
	off_t size = lseek(session.said_fd, 0, SEEK_END);
	char *line, *said = session.said;
	ssize_t len = pread(session.said_fd, said, sizeof(session.said) - 1,
			    size >= (off_t)sizeof(session.said)
				    ? size - (off_t)sizeof(session.said) + 1
				    : 0);

	close(session.said_fd);
	len = len < 0 ? 0 : len;
	while (len > 0 && (said[len - 1] == '\n' || said[len - 1] == '\r'))
		len--;
	said[len] = '\0';
	line = strrchr(said, '\n');
	if (line)
		memmove(said, line + 1, strlen(line));
	return status;
}

static int talk(const char *verb, const char *file, const char *bytes)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	begin(null, verb, file, bytes);
	close(null);
	return end(TALK_LIMIT_S);
}

static int far_failed(const char *what, int status)
{
	say_event("%s: %s: %s", capture->conf.remote, what,
		  session.said[0]		? session.said
		  : status == PROGRAM_TIMED_OUT ? "no answer"
						: "it failed");
	return -EIO;
}

uint64_t remote_left_s(void)
{
	uint64_t gone_s = (clock_ms() - capture->begin_ms) / 1000;
	uint64_t limit_s = capture->conf.limit_remote;

	return limit_s > gone_s ? limit_s - gone_s : 1;
}

const char *remote_vmcore(void)
{
	return capture->conf.nfs[0] ? VMCORE_NAME : VMCORE;
}

int remote_reach(void)
{
	uint64_t end_ms = clock_ms() + capture->conf.limit_network * 1000;
	char *folder = capture->far_folder;
	struct text answer;
	int status;

	for (;;) {
		folder_name(folder, sizeof(capture->far_folder));
		status = talk("new", NULL, NULL);
		answer = text_of(session.said);
		if (!status && text_skip(&answer, "folder ")) {
			text_copy(answer, folder, sizeof(capture->far_folder));
			return 0;
		}
		if (clock_ms() + PAUSE_MS >= end_ms)
			break;
		clock_sleep_ms(PAUSE_MS);
	}
	network_say_carrier();
	return far_failed("not reached", status);
}

/* The far end renames the file if it got as many bytes as were sent. */
static int keep(const char *file, uint64_t *bytes)
{
	char number[NUMBER_BYTES];
	int status;

	if (text_number(text_of(session.said), 10, bytes))
		return far_failed(file, 0);
	if (!*bytes)
		return -ENODATA;
	snprintf(number, sizeof(number), "%llu", (unsigned long long)*bytes);
	status = talk("keep", file, number);
	return status || strcmp(session.said, "kept") ? far_failed(file, status)
						      : 0;
}

/*
 * Send what "from" writes to the far end. 0, -EIO after an event, or the exit
 * status of from if that failed.
 */
static int put(const char *file, int (*from)(int out_fd), uint64_t *bytes)
{
	int ends[2], status, far;
	uint64_t left_s;

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	begin(ends[0], "put", file, NULL);
	close(ends[0]);
	status = from(ends[1]);
	close(ends[1]);
	left_s = remote_left_s();
	far = end(left_s > PUT_LIMIT_S ? left_s : PUT_LIMIT_S);
	/* If ssh ended early, from failed because nobody read its output. */
	if (far)
		return far_failed(file, far);
	return status ? status : keep(file, bytes);
}

static int run(const char *const *argv, int out_fd)
{
	return program_run_quietly(argv, capture->conf.limit_log, out_fd, 3);
}

static int log_by_makedumpfile(int out_fd)
{
	/* only errors: all other output would go into the dump */
	const char *const argv[] = { "makedumpfile",
				     "--message-level",
				     "2",
				     "-f",
				     "--dump-dmesg",
				     capture->conf.vmcore,
				     "/proc/self/fd/1",
				     NULL };

	return run(argv, out_fd);
}

static int log_by_vmcore_dmesg(int out_fd)
{
	const char *const argv[] = { "vmcore-dmesg", capture->conf.vmcore,
				     NULL };

	return run(argv, out_fd);
}

int remote_log(void)
{
	uint64_t bytes;

	if (put(LOG, log_by_makedumpfile, &bytes) &&
	    put(LOG, log_by_vmcore_dmesg, &bytes)) {
		say_event("the crashed kernel's log could not be sent");
		return -EIO;
	}
	capture->log_is_saved = true;
	return 0;
}

static int collect(int out_fd)
{
	return save_run(NULL, out_fd, remote_left_s());
}

int remote_collect(void)
{
	uint64_t bytes;
	int err = 0;

	for (int i = 0; i < TRIES; i++) {
		if (i && remote_left_s() * 1000 <= PAUSE_MS << (i - 1))
			break;
		if (i)
			clock_sleep_ms(PAUSE_MS << (i - 1));
		capture->status = PROGRAM_TIMED_OUT;
		err = put(VMCORE, collect, &bytes);
		if (!err) {
			capture->status = 0;
			/* Set last, because the next steps read it. */
			capture->far_bytes = bytes;
			capture->dump_is_saved = true;
			say("saved %llu bytes as %s/%s/" VMCORE,
			    (unsigned long long)bytes, capture->conf.remote,
			    capture->far_folder);
			return 0;
		}
		capture->status = err > 0 ? err : 1;
		/* The collector failed, and would fail again. */
		if (err > 0 || err == -ENODATA)
			break;
	}
	if (err > 0)
		say_event("%s failed with exit status %d",
			  capture->conf.collector, err);
	else if (err == -ENODATA)
		say_event("%s ended well, but the vmcore is empty",
			  capture->conf.collector);
	return -EIO;
}

static int record_file(int out_fd)
{
	char path[PATH_BYTES + 32], chunk[4096];
	int fd, err = 0;
	ssize_t len;

	snprintf(path, sizeof(path), "%s/" RECORD, capture->folder);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 1;
	while ((len = read(fd, chunk, sizeof(chunk))) > 0)
		if (write(out_fd, chunk, (size_t)len) != len)
			err = 1;
	close(fd);
	return len < 0 ? 1 : err;
}

void remote_stage(void)
{
	strcpy(capture->folder, "/run/kdump-dma/far");
	mkdir(capture->folder, 0700);
}

int remote_record(void)
{
	uint64_t bytes;

	return put(RECORD, record_file, &bytes) ? -EIO : 0;
}
