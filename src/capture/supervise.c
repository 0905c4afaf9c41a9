// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/watchdog.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture/capture.h"
#include "capture/child.h"
#include "capture/say.h"
#include "lib/clock.h"

#define TICK_MS		 500
#define KILLED_WITHIN_MS 2000
#define WATCHDOG_S	 60

static int watchdog_fd = -1;

void supervise_begin(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

/*
 * The crashed system may have left a hardware watchdog running. Feed it as long
 * as a step is within its limit, and never close it: if anything hangs, even
 * PID 1, it resets the machine. Its driver may be loaded at any time.
 */
static void feed_watchdog(void)
{
	int seconds = WATCHDOG_S;

	if (watchdog_fd < 0 && capture->conf.watchdog[0]) {
		watchdog_fd = open(capture->conf.watchdog,
				   O_WRONLY | O_CLOEXEC | O_NOCTTY);
		if (watchdog_fd >= 0)
			ioctl(watchdog_fd, WDIOC_SETTIMEOUT, &seconds);
	}
	if (watchdog_fd >= 0)
		ioctl(watchdog_fd, WDIOC_KEEPALIVE, 0);
}

/*
 * Reap all children that ended, also processes that the steps left behind.
 * True, with its status, if pid is among them.
 */
static bool reap(pid_t pid, int *status)
{
	bool found = false;
	pid_t ended;
	int how;

	while ((ended = child_ended(-1, &how)) > 0) {
		if (ended != pid)
			continue;
		found = true;
		*status = how;
	}
	return found;
}

static void wait_for_child(uint64_t ms)
{
	const struct timespec ts = { (time_t)(ms / 1000),
				     (long)(ms % 1000) * 1000000 };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigtimedwait(&set, NULL, &ts);
}

/* Wait until pid ends, or until end_ms. true: it ended. */
static bool wait_until(pid_t pid, uint64_t end_ms, int *status)
{
	uint64_t now;

	for (;;) {
		if (reap(pid, status))
			return true;
		now = clock_ms();
		if (now >= end_ms)
			return false;
		feed_watchdog();
		wait_for_child(end_ms - now < TICK_MS ? end_ms - now : TICK_MS);
	}
}

static pid_t fork_step(int (*step)(void))
{
	pid_t pid = child_fork();
	sigset_t none;

	if (pid != 0)
		return pid;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setpgid(0, 0);
	_exit(step() ? 1 : 0);
}

static bool run(const char *name, int (*step)(void), uint64_t end_ms)
{
	uint64_t begin_ms = clock_ms();
	int status = 0;
	pid_t pid;

	say("step: %s", name);
	capture->step_end_ms = end_ms;
	pid = fork_step(step);
	if (pid < 0) {
		say_event("no process can be made for the step \"%s\": %s",
			  name, strerror(errno));
		return false;
	}
	if (wait_until(pid, end_ms, &status)) {
		if (WIFSIGNALED(status))
			say_event("the step \"%s\" was killed by signal %d",
				  name, WTERMSIG(status));
		/* what the step may have left running */
		kill(-pid, SIGKILL);
		return WIFEXITED(status) && WEXITSTATUS(status) == 0;
	}
	kill(-pid, SIGKILL);
	say_event("the step \"%s\" was given up after %u s", name,
		  (unsigned int)((clock_ms() - begin_ms) / 1000));
	wait_until(pid, clock_ms() + KILLED_WITHIN_MS, &status);
	return false;
}

bool supervise(const char *name, int (*step)(void), uint64_t limit_s)
{
	uint64_t last_ms = capture->begin_ms + capture->conf.limit_total * 1000;
	uint64_t end_ms = clock_ms() + limit_s * 1000;

	if (clock_ms() >= last_ms)
		return false;
	return run(name, step, end_ms < last_ms ? end_ms : last_ms);
}

bool supervise_urgent(const char *name, int (*step)(void), uint64_t limit_s)
{
	return run(name, step, clock_ms() + limit_s * 1000);
}
