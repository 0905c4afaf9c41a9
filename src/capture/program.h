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
/*
 * Start a program with in_fd as its standard input, and out_fd for what it
 * writes and says. Its process, for program_end(), or -errno.
 */
int program_begin(const char *const *argv, int in_fd, int out_fd);
/* Wait for it. As program_run(). */
int program_end(int pid, uint64_t limit_s);

/* Leave a program to itself: a session of its own, its output to the kernel's
 * log. Its process, or -errno. */
int program_start(const char *const *argv);

#endif
