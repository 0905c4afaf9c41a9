/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What of a file may leave the machine in a snapshot: what plan reads of it,
 * and nothing else. Each function takes a file's bytes and writes another file,
 * in which the parsers of plan find the same. Pure. What is not understood
 * becomes something that is not understood either, and quotes nothing.
 */
#ifndef ALLOWED_H
#define ALLOWED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/root.h"
#include "state/asked.h"
#include "state/history.h"
#include "state/ours.h"
#include "state/state.h"

/*
 * Names that only have to stay equal or different are replaced by numbers, the
 * same by the same. Zeroed at the start; allowed_free() at the end.
 */
struct aliases {
	char **names;
	size_t count;
};

void allowed_free(struct aliases *aliases);

typedef void allowed_fn(struct aliases *aliases, FILE *to, const char *buf,
			size_t len);
typedef void allowed_line_fn(void *arg, const struct line *line);

/* What is allowed of a file: a function of its bytes, or of each line. */
struct allowed {
	allowed_fn *all;
	allowed_line_fn *each; /* if all is NULL; arg is the FILE */
};

/* /proc */
allowed_fn allowed_cmdline, allowed_cpuinfo, allowed_boot_id;
allowed_line_fn allowed_zoneinfo_line, allowed_meminfo_line, allowed_iomem_line,
	allowed_vmstat_line;
/* Files of sysfs and debugfs: numbers and ranges of them; a type of memory */
allowed_fn allowed_numbers, allowed_memmap_type;
/* Configuration of others: /etc/default/grub and its folder, kernel/cmdline */
allowed_line_fn allowed_grub_line, allowed_kernel_cmdline_line;
/* of the backends */
allowed_fn allowed_kdump_tools, allowed_kdump_config, allowed_sysconfig;
allowed_line_fn allowed_kdump_conf_line;
/* LoaderInfo and StubInfo: which program, no version */
allowed_fn allowed_loader;
/* our own */
allowed_fn allowed_config, allowed_stale;

/*
 * /dev/kmsg, line by line: the records that count go to to. Of the first one
 * its number counts, whatever it says; with a gap somewhere the log is not
 * whole.
 */
struct allowed_log {
	FILE *to;
	bool seen, gap;
	uint64_t first;
};

void allowed_log_line(void *arg, const struct line *line);

/* State below /var/lib/kdump-dma, after it was read. */
/* In place: only values of the kernel stay. */
void allowed_asked(struct asked *asked);
void allowed_ours(struct ours *ours);
void allowed_applied(struct aliases *aliases, FILE *to, struct applied applied);
void allowed_boot(struct aliases *aliases, FILE *to, struct boot boot);
void allowed_history(struct aliases *aliases, FILE *to,
		     const struct history *history);

#endif
