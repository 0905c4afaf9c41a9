/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What PID 1 of the rehearsal's machine (src/stage/) told of the scratch disk:
 * the newest folder, its files, and the record in it.
 */
#ifndef LEFT_H
#define LEFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct left {
	bool whole; /* it was told to the end */
	unsigned int folders;
	char folder[512]; /* "" if there is none */
	bool have_vmcore; /* complete, by its name */
	uint64_t vmcore_bytes;
	bool have_incomplete;
	bool have_log;
	const char *record; /* into the text that was parsed; NULL: none */
	size_t record_len;
};

/* text: NUL-terminated, is changed. */
void left_parse(char *text, struct left *out);

#endif
