/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LINES_H
#define LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/text.h"

/*
 * Cuts a stream of chunks into lines in fixed memory, so that a file of any
 * size, with lines of any length, costs the same few KiB.
 */
#define LINE_BYTES_MAX 4096 /* COMMAND_LINE_SIZE, cpuinfo's flags: below it */

struct line {
	struct text text; /* without its newline */
	bool cut;	  /* was longer than LINE_BYTES_MAX; the rest is gone */
	bool unended;	  /* the input ended before a newline */
	bool after_loss;  /* /dev/kmsg: records before it were overwritten */
};

typedef void (*line_fn)(void *arg, const struct line *line);

struct lines {
	line_fn fn;
	void *arg;
	size_t len;
	bool cut;
	bool after_loss; /* set by the reader, for the next line */
	char buf[LINE_BYTES_MAX];
};

void lines_begin(struct lines *lines, line_fn fn, void *arg);
void lines_feed(struct lines *lines, const char *chunk, size_t len);
/* Hands out a last line that had no newline, if there is one. */
void lines_end(struct lines *lines);

/* All of buf at once: what unit tests and fuzzers call. */
void lines_of(const char *buf, size_t len, line_fn fn, void *arg);

#endif
