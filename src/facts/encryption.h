/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ENCRYPTION_H
#define ENCRYPTION_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/lines.h"

enum encryption {
	ENCRYPTION_SME = 1 << 0,
	ENCRYPTION_SEV = 1 << 1,
	ENCRYPTION_SEV_ES = 1 << 2,
	ENCRYPTION_SEV_SNP = 1 << 3,
	ENCRYPTION_TDX = 1 << 4,
	ENCRYPTION_CCA = 1 << 5,
};

#define ENCRYPTION_COUNT 6

/* The name of one bit (1 << index), as kernels print it. */
const char *encryption_name(unsigned int index);

/* What a line of the kernel log says is active; 0 if it says nothing. */
unsigned int encryption_of_log_line(struct text line);

/* A line_fn for /proc/cpuinfo; arg is an unsigned int of bits to add to. */
void encryption_cpuinfo_line(void *arg, const struct line *line);

#endif
