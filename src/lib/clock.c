// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/clock.h"

#include <time.h>

uint64_t clock_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

void clock_sleep_ms(uint64_t ms)
{
	const struct timespec ts = { (time_t)(ms / 1000),
				     (long)(ms % 1000) * 1000000 };

	nanosleep(&ts, NULL);
}
