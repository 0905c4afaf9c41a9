/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MEMINFO_H
#define MEMINFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/lines.h"

/* /proc/meminfo; MemAvailable exists since 3.14. */
struct meminfo {
	uint64_t total_kib;
	uint64_t free_kib;
	uint64_t available_kib;
	unsigned int seen; /* bits of the three that were read; private */
};

void meminfo_begin(struct meminfo *out);
/* A line_fn; arg is the struct meminfo. */
void meminfo_line(void *arg, const struct line *line);
/* 0, or -EINVAL if one of the three is missing or malformed. */
int meminfo_end(const struct meminfo *out);

#endif
