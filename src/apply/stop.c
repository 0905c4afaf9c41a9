// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/stop.h"

#include <signal.h>
#include <stddef.h>

#include "lib/macros.h"

static volatile sig_atomic_t asked;

static const int signals[] = { SIGTERM, SIGINT, SIGHUP };
#define SIGNALS ARRAY_SIZE(signals)

static struct sigaction before[SIGNALS];

static void note(int number)
{
	(void)number;
	asked = 1;
}

void stop_hold(void)
{
	/* Not SIG_IGN: the programs that we run would inherit it. */
	struct sigaction action = { .sa_handler = note,
				    .sa_flags = SA_RESTART };

	for (size_t i = 0; i < SIGNALS; i++)
		sigaction(signals[i], &action, &before[i]);
}

void stop_release(void)
{
	for (size_t i = 0; i < SIGNALS; i++)
		sigaction(signals[i], &before[i], NULL);
}

bool stop_asked(void)
{
	return asked;
}
