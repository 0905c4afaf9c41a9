// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "capture/capture.h"
#include "capture/folder.h"
#include "capture/program.h"
#include "capture/say.h"

#define LOG_NAME       "vmcore-dmesg.txt"
#define LOG_PART       LOG_NAME ".incomplete"
#define LOG_PATH_BYTES (PATH_BYTES + sizeof(LOG_PART))

/* Half of the step's time, so that some is left for the second program. */
static uint64_t limit_s(void)
{
	return (capture->conf.limit_log + 1) / 2;
}

/*
 * Write the log to path by makedumpfile, or by vmcore-dmesg if that fails or is
 * not in the image. vmcore-dmesg writes to its standard output, which is
 * out_fd. Messages go to tail. 0 or the exit status.
 */
static int dump_dmesg(const char *path, int out_fd, struct tail *tail)
{
	/* only errors: what else it says would pass for lines of the log */
	const char *const makedumpfile[] = {
		"makedumpfile", "--message-level",    "2",  "-f",
		"--dump-dmesg", capture->conf.vmcore, path, NULL
	};
	const char *const vmcore_dmesg[] = { "vmcore-dmesg",
					     capture->conf.vmcore, NULL };
	struct program program = { makedumpfile, limit_s(), say_tail_line, tail,
				   0 };
	int status = program_run(&program);

	/* It may end well, and have found no log. */
	if (status == 0 &&
	    (out_fd > 0 ? lseek(out_fd, 0, SEEK_END) > 0 : tail->count > 0))
		return 0;
	/* remove what makedumpfile wrote before it failed */
	if (out_fd > 0 && (ftruncate(out_fd, 0) || lseek(out_fd, 0, SEEK_SET)))
		return status;
	program.argv = vmcore_dmesg;
	program.out_fd = out_fd;
	return program_run(&program);
}

int log_save(void)
{
	static struct tail tail;
	char path[LOG_PATH_BYTES];
	int fd, status, err;

	snprintf(path, sizeof(path), "%s/" LOG_PART, capture->folder);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		  0600);
	if (fd < 0) {
		err = -errno;
	} else {
		status = dump_dmesg(path, fd, &tail);
		if (status)
			say_tail(&tail, 3);
		err = status ? -EIO : folder_keep(LOG_PART, LOG_NAME);
		close(fd);
	}
	if (err) {
		unlink(path);
		say_event("the crashed kernel's log could not be saved: %s",
			  strerror(-err));
		return err;
	}
	capture->log_is_saved = true;
	say("saved " LOG_NAME);
	return 0;
}

int log_say(void)
{
	static struct tail tail;

	/* The output is a pipe to this process, so the log takes no memory. */
	dump_dmesg("/proc/self/fd/1", 0, &tail);
	say(tail.count ? "the last lines of the crashed kernel's log:"
		       : "the crashed kernel's log could not be read");
	say_tail(&tail, TAIL_LINES);
	return 0;
}
