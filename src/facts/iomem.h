/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef IOMEM_H
#define IOMEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/lines.h"

#define RANGES_MAX 8

/* Physical addresses; end is inclusive, as in /proc/iomem. */
struct range {
	uint64_t start;
	uint64_t end;
};

/* Parse "1000-9fbff" (hexadecimal). 0 or -EINVAL. */
int iomem_range_parse(struct text text, struct range *out);

/* True if range and [start, end] share a byte. */
bool iomem_range_overlaps(const struct range *range, uint64_t start,
			  uint64_t end);

/*
 * /proc/iomem. Without CAP_SYS_ADMIN the kernel prints every address as 0;
 * is_hidden is then set and the other members mean nothing.
 */
struct iomem {
	struct range crash[RANGES_MAX]; /* "Crash kernel", any depth */
	size_t crash_count;
	uint64_t system_ram_bytes;
	uint64_t ram_end; /* the highest address of "System RAM"; 0 if none */
	bool is_hidden;
	bool is_malformed;
	bool seen_address;
	bool seen_line;
};

void iomem_begin(struct iomem *out);
/* A line_fn; arg is the struct iomem. */
void iomem_line(void *arg, const struct line *line);
/* 0; -EACCES if the addresses are hidden; -EINVAL if malformed or empty. */
int iomem_end(struct iomem *out);

#endif
