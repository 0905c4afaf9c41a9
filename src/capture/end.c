// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/end.h"

#include <fcntl.h>
#include <string.h>
#include <sys/reboot.h>
#include <unistd.h>

#include "capture/capture.h"
#include "capture/say.h"
#include "capture/supervise.h"
#include "lib/clock.h"

#define RESTART_LIMIT_S 30
#define SYSRQ_MS	30000

int end_sync(void)
{
	sync();
	return 0;
}

/* These are steps with a limit: a device may hang when it is shut down. */
static int restart(void)
{
	return reboot(RB_AUTOBOOT);
}

static int power_off(void)
{
	return reboot(RB_POWER_OFF);
}

static int halt(void)
{
	return reboot(RB_HALT_SYSTEM);
}

static void restart_by_sysrq(void)
{
	int fd = open("/proc/sysrq-trigger", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (write(fd, "b", 1) == 1)
		clock_sleep_ms(SYSRQ_MS);
	close(fd);
}

void end_machine(void)
{
	const char *action = capture->conf.final_action;

	say("%s, %llu s after the start", action,
	    (unsigned long long)(clock_ms() - capture->begin_ms) / 1000);
	if (!strcmp(action, "poweroff"))
		supervise_urgent("poweroff", power_off, RESTART_LIMIT_S);
	else if (!strcmp(action, "halt"))
		supervise_urgent("halt", halt, RESTART_LIMIT_S);
	/* A restart, and also if powering off or halting failed. */
	supervise_urgent("restart", restart, RESTART_LIMIT_S);
	say("restart by sysrq");
	restart_by_sysrq();
}
