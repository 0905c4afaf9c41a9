// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/end.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/reboot.h>
#include <unistd.h>

#include "capture/capture.h"
#include "capture/say.h"
#include "capture/supervise.h"
#include "lib/clock.h"

#define RESTART_LIMIT_S 30

int end_sync(void)
{
	sync();
	return 0;
}

/* These are steps with a limit: a device may hang when it is shut down. */
static int end_by(int how)
{
	say("%s, %llu s after the start", capture->conf.final_action,
	    (unsigned long long)(clock_ms() - capture->begin_ms) / 1000);
	return reboot(how);
}

static int restart(void)
{
	return end_by(RB_AUTOBOOT);
}

static int power_off(void)
{
	return end_by(RB_POWER_OFF);
}

static int halt(void)
{
	return end_by(RB_HALT_SYSTEM);
}

static int restart_by_sysrq(void)
{
	int fd = open("/proc/sysrq-trigger", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, "b", 1) != 1)
		return -errno;
	clock_sleep_ms(RESTART_LIMIT_S * 1000);
	return 0;
}

void end_machine(void)
{
	const char *action = capture->conf.final_action;

	if (!strcmp(action, "poweroff"))
		supervise_urgent("poweroff", power_off, RESTART_LIMIT_S);
	else if (!strcmp(action, "halt"))
		supervise_urgent("halt", halt, RESTART_LIMIT_S);
	/* A restart, and also if powering off or halting failed. */
	supervise_urgent("restart", restart, RESTART_LIMIT_S);
	supervise_urgent("restart by sysrq", restart_by_sysrq, RESTART_LIMIT_S);
}
