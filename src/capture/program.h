/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_PROGRAM_H
#define CAPTURE_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/lines.h"

#define PROGRAM_NOT_FOUND   127
#define PROGRAM_NOT_STARTED 126
#define PROGRAM_TIMED_OUT   124

struct program {
	const char *const
		*argv; /* argv[0]: a path, or looked for in /usr/bin ... */
	uint64_t limit_s;
	line_fn fn; /* gets what it writes, also the pieces between '\r' */
	void *arg;
	int out_fd; /* if it is above 0: standard output goes there instead */
};

/*
 * Run a program to its end. Its exit status as a shell has it (128 + signal),
 * or one of the above; after limit_s it is killed, and left alone where that
 * has no effect.
 */
int program_run(const struct program *program);

bool program_exists(const char *name);

/* "NAME=VALUE" for the programs that this process runs; it has to last. */
void program_tell(char *variable);

/* Leave a program to itself: a session of its own, its output to the kernel's
 * log. Its process, or -errno. */
int program_start(const char *const *argv);

#endif
