// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/when.h"

#include <time.h>

#define FORM "%Y-%m-%dT%H:%M:%SZ"

void when_print(uint64_t seconds, char *buf, size_t size)
{
	time_t time = (time_t)seconds;
	struct tm utc;

	if (!gmtime_r(&time, &utc) || !strftime(buf, size, FORM, &utc))
		buf[0] = '\0';
}

void when_print_now(char *buf, size_t size)
{
	when_print((uint64_t)time(NULL), buf, size);
}

uint64_t when_seconds(const char *when)
{
	struct tm utc = { 0 };
	const char *end = strptime(when, FORM, &utc);
	time_t seconds = end && !*end ? timegm(&utc) : 0;

	return seconds > 0 ? (uint64_t)seconds : 0;
}
