/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_LOG_H
#define KERNEL_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/lines.h"

#define LOG_LINES_MAX  8
#define LOG_LINE_BYTES 160

/*
 * What was found in /dev/kmsg (Documentation/ABI/testing/dev-kmsg). A record is
 * "prio,seq,usec,flags;text"; continuation lines begin with a blank and are
 * skipped.
 */
struct kernel_log {
	bool is_complete; /* no record was lost since number 0 */
	bool seen_record;
	uint32_t page_allocation_failures;
	uint32_t slub_failures;	   /* "SLUB: Unable to allocate memory" */
	uint32_t gfp_dma_failures; /* of both counts, those with GFP_DMA */
	uint32_t oom_kills;
	bool initramfs_failed; /* "Initramfs unpacking failed" */
	bool have_boot_memory; /* "Memory: 227600K/260728K available" */
	uint64_t boot_available_kib;
	uint64_t boot_total_kib;
	bool have_initrd_kib; /* "Freeing initrd memory: 11012K" */
	uint64_t initrd_kib;
	unsigned int encryption; /* enum encryption bits the kernel named */
	/* the first lines of failures and kills */
	char lines[LOG_LINES_MAX][LOG_LINE_BYTES];
	size_t lines_count;
};

void kernel_log_begin(struct kernel_log *out);
/* A line_fn; arg is the struct kernel_log. Malformed lines are skipped. */
void kernel_log_line(void *arg, const struct line *line);

#endif
