/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ZONEINFO_H
#define ZONEINFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/lines.h"

/*
 * /proc/zoneinfo, Linux 4.9 to 7.2. In every version "Node N, zone NAME" opens
 * a block; the block has "spanned", "present", "managed" and "protection:"
 * lines, and a populated zone (present > 0) also "pages free" and "start_pfn:".
 * The parser relies on these and skips all other lines. Linux before 4.12
 * leaves unpopulated zones out.
 */
#define ZONES_MAX 128 /* listed; counts and verdict cover all */

struct zone {
	uint32_t node;
	char name[16];
	uint64_t free_pages;
	uint64_t spanned_pages;
	uint64_t present_pages;
	uint64_t managed_pages;
	uint64_t start_pfn;
	bool have_start_pfn; /* populated zones only */
};

/* All the zones of one name, over all nodes. */
struct zone_sum {
	bool seen;
	uint64_t present_pages;
	uint64_t managed_pages;
	uint64_t free_pages;
};

struct zoneinfo {
	struct zone zones[ZONES_MAX];
	size_t zones_count;
	size_t zones_left_out; /* zones that did not fit zones[] */
	uint32_t nodes_count;
	/* a zone without pages was seen, so every configured zone is listed */
	bool lists_unpopulated;
	struct zone_sum dma;
	struct zone_sum dma32;
};

/* Why a zoneinfo is refused, and at which line (from 1). */
struct zoneinfo_error {
	const char *what; /* a static phrase; NULL: no error */
	uint64_t line;
};

/* Scratch of the parser; only zoneinfo.c looks inside. */
struct zoneinfo_parser {
	struct zoneinfo *out;
	struct zoneinfo_error error;
	uint64_t line;
	struct zone zone;
	unsigned int seen; /* fields of the open block */
	uint32_t last_node;
};

void zoneinfo_begin(struct zoneinfo_parser *parser, struct zoneinfo *out);
/* A line_fn; arg is the parser. */
void zoneinfo_line(void *arg, const struct line *line);
/* 0, or -EINVAL with parser->error set; *out then means nothing. */
int zoneinfo_end(struct zoneinfo_parser *parser);

#endif
