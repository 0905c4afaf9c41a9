// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/when.h"

#include <time.h>

void when_print(uint64_t seconds, char *buf, size_t size)
{
	time_t time = (time_t)seconds;
	struct tm utc;

	if (!gmtime_r(&time, &utc) ||
	    !strftime(buf, size, "%Y-%m-%dT%H:%M:%SZ", &utc))
		buf[0] = '\0';
}

void when_print_now(char *buf, size_t size)
{
	when_print((uint64_t)time(NULL), buf, size);
}
