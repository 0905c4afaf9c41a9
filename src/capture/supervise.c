// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/supervise.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture/capture.h"
#include "capture/child.h"
#include "capture/guard.h"
#include "capture/say.h"
#include "lib/clock.h"

/*
 * What PID 1 calls, here and elsewhere, and why it comes back: mount, mkdir,
 * access and stat of file systems in memory, before there is any other; the
 * clock; fork, which may sleep for memory and is tried for 3 s; sigtimedwait
 * and nanosleep, for a time; waitpid with WNOHANG; kill. It opens no device and
 * writes nothing, not even to the kernel's log, which prints on a console that
 * may hang. If it does not come back (memory that is waited for is written to a
 * dead disk), guard.c restarts the machine.
 */

#define TICK_MS 500

void supervise_begin(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
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
		guard_ended(ended);
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
		guard_start();
		wait_for_child(end_ms - now < TICK_MS ? end_ms - now : TICK_MS);
	}
}

static pid_t fork_step(const char *name, int (*step)(void))
{
	pid_t pid = child_fork();
	sigset_t none;

	if (pid != 0)
		return pid;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setpgid(0, 0);
	say_noted();
	say("step: %s", name);
	_exit(step() ? 1 : 0);
}

static bool run(const char *name, int (*step)(void), uint64_t end_ms)
{
	uint64_t begin_ms = clock_ms();
	int status = 0;
	pid_t pid;

	capture->step_end_ms = end_ms;
	pid = fork_step(name, step);
	if (pid < 0) {
		say_note("no process can be made for the step \"%s\": %s", name,
			 strerror(errno));
		return false;
	}
	if (wait_until(pid, end_ms, &status)) {
		if (WIFSIGNALED(status))
			say_note("the step \"%s\" was killed by signal %d",
				 name, WTERMSIG(status));
		/* what the step may have left running */
		kill(-pid, SIGKILL);
		return WIFEXITED(status) && WEXITSTATUS(status) == 0;
	}
	kill(-pid, SIGKILL);
	say_note("the step \"%s\" was given up after %u s", name,
		 (unsigned int)((clock_ms() - begin_ms) / 1000));
	wait_until(pid, clock_ms() + GUARD_GRACE_MS, &status);
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
