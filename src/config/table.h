/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The policy's crashkernel= by size of memory, for an architecture. Pure. */
#ifndef TABLE_H
#define TABLE_H

#include <stdint.h>

#include "config/config.h"

/* Its ranges, as the kernel would take them; "" if there are none. */
const char *table_ranges(const struct config *config, const char *machine,
			 uint64_t page_bytes);

/* What it has for this much memory; 0: nothing. */
uint64_t table_bytes(const struct config *config, const char *machine,
		     uint64_t page_bytes, uint64_t ram_bytes);

/*
 * If it has nothing for this much memory, because that is too little: the size
 * from which on it has something. Else 0.
 */
uint64_t table_too_small_below(const struct config *config, const char *machine,
			       uint64_t page_bytes, uint64_t ram_bytes);

#endif
