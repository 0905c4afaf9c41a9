/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Times as all of our files have them: "2026-11-23T10:00:00Z". */
#ifndef WHEN_H
#define WHEN_H

#include <stddef.h>
#include <stdint.h>

#define WHEN_MAX 24

/* seconds since 1970; "" if that is beyond any year, or size is too small. */
void when_print(uint64_t seconds, char *buf, size_t size);
void when_print_now(char *buf, size_t size);

/* Back again: seconds since 1970; 0 if it is malformed, or before. */
uint64_t when_seconds(const char *when);

#endif
