// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/guard.h"

#include <fcntl.h>
#include <linux/watchdog.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <sys/reboot.h>
#include <unistd.h>

#include "capture/capture.h"
#include "lib/clock.h"
#include "lib/macros.h"

#define FEED_MS	   500
#define LOOK_MS	   1000
#define LOOKS_LATE 60 /* one after the other, then a restart */
#define WATCHDOG_S 60

/* PID 1 gives each step a limit, and takes the next one when that is over. */
static bool is_late(void)
{
	return clock_ms() >= capture->step_end_ms + GUARD_GRACE_MS;
}

/*
 * The last resort: PID 1 hangs. The file is open before anything can be wrong.
 * Looks are counted, for a virtual machine that was paused is not late.
 */
static void restart_if_late(void)
{
	int fd = open("/proc/sysrq-trigger", O_WRONLY | O_CLOEXEC);

	for (int looks = 0; looks < LOOKS_LATE; looks++) {
		clock_sleep_ms(LOOK_MS);
		if (!is_late())
			looks = 0;
	}
	if (write(fd, "b", 1) != 1)
		reboot(RB_AUTOBOOT);
	clock_sleep_ms(UINT32_MAX);
}

static const char *watchdog = "";

/*
 * The crashed system, or the firmware, may have left a hardware watchdog
 * running. It is fed as long as PID 1 is not late, and never told to stop: if
 * anything hangs, this process included, it resets the machine. Its driver may
 * be loaded at any time. All drivers understand a write; not all know
 * WDIOC_KEEPALIVE.
 */
static void feed_watchdog(void)
{
	int fd = -1, seconds = WATCHDOG_S;

	for (;; clock_sleep_ms(FEED_MS)) {
		if (is_late())
			continue;
		if (fd < 0) {
			fd = open(watchdog, O_WRONLY | O_CLOEXEC | O_NOCTTY);
			if (fd >= 0)
				ioctl(fd, WDIOC_SETTIMEOUT, &seconds);
		}
		/* If it fails, the next one may not. */
		(void)!write(fd, "", 1);
	}
}

static void (*const tasks[])(void) = { restart_if_late, feed_watchdog };
static pid_t pids[ARRAY_SIZE(tasks)];

void guard_feed(const char *device)
{
	watchdog = device;
}

void guard_start(void)
{
	size_t wanted = watchdog[0] ? 2 : 1;

	for (size_t i = 0; i < wanted; i++) {
		if (pids[i] > 0)
			continue;
		pids[i] = fork();
		if (pids[i] == 0) {
			setpgid(0, 0);
			tasks[i]();
			_exit(0);
		}
	}
}

void guard_ended(pid_t pid)
{
	for (size_t i = 0; i < ARRAY_SIZE(pids); i++)
		if (pids[i] == pid)
			pids[i] = 0;
}
