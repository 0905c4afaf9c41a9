// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/child.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/clock.h"

#define FORK_TRIES    30
#define FORK_PAUSE_MS 100

pid_t child_fork(void)
{
	pid_t pid = fork();

	for (int i = 1; i < FORK_TRIES && pid < 0; i++) {
		clock_sleep_ms(FORK_PAUSE_MS);
		pid = fork();
	}
	return pid;
}

pid_t child_ended(pid_t pid, int *status)
{
	pid_t ended = waitpid(pid, status, WNOHANG | WUNTRACED);

	if (ended <= 0 || !WIFSTOPPED(*status))
		return ended;
	kill(ended, SIGCONT);
	return 0;
}
