// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/early.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture/capture.h"
#include "capture/program.h"
#include "capture/say.h"
#include "lib/clock.h"

#define WATCH_PID  "/run/kdump-dma/watch.pid"
#define WATCH_MS   5000
#define WATCH_STEP 5

static void mount_one(const char *type, const char *at, const char *proof)
{
	mkdir(at, 0755);
	if (access(proof, F_OK))
		mount(type, at, type, MS_NOSUID | MS_NOEXEC, "");
}

static void leave_the_console(void)
{
	int fd = open("/dev/null", O_RDWR);

	if (fd < 0)
		return;
	dup2(fd, STDIN_FILENO);
	dup2(fd, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

void early_mounts(void)
{
	umask(077); /* A dump has all users' secrets in it. */
	mount_one("proc", "/proc", "/proc/self");
	mount_one("sysfs", "/sys", "/sys/kernel");
	/* /dev/zero is there only with a devtmpfs: dracut makes other nodes. */
	mount_one("devtmpfs", "/dev", "/dev/zero");
	/* Only debugfs shows the sizes of the pools to the checker. */
	mount_one("debugfs", "/sys/kernel/debug", "/sys/kernel/debug/bdi");
	mkdir("/run", 0755);
	mkdir("/run/lock", 0755);
	mkdir("/tmp", 0700); /* for makedumpfile */
	mkdir(MOUNT_POINT, 0700);
	leave_the_console();
}

int early_watch(void)
{
	static const char *const argv[] = { "kdump-dma-check", "--watch",
					    NULL };
	int pid = program_start(argv);

	if (pid < 0) {
		say_event("kdump-dma-check is not in the image");
		return pid;
	}
	for (int ms = 0; ms < WATCH_MS; ms += WATCH_STEP) {
		if (access(WATCH_PID, F_OK) == 0)
			return 0;
		clock_sleep_ms(WATCH_STEP);
	}
	say_event("the watcher did not start within %d s", WATCH_MS / 1000);
	return -ETIMEDOUT;
}
