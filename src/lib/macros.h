/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MACROS_H
#define MACROS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define KIB (UINT64_C(1) << 10)
#define MIB (UINT64_C(1) << 20)
#define GIB (UINT64_C(1) << 30)

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

static inline uint64_t larger(uint64_t one, uint64_t other)
{
	return one > other ? one : other;
}

static inline bool streq(const char *one, const char *other)
{
	return strcmp(one, other) == 0;
}

#endif
