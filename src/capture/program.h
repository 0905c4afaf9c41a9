/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_PROGRAM_H
#define CAPTURE_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/lines.h"

#define PROGRAM_NOT_FOUND   127
#define PROGRAM_NOT_STARTED 126
#define PROGRAM_TIMED_OUT   124

struct program {
	const char *const
		*argv; /* argv[0] is a path, or is looked for in PATH */
	uint64_t limit_s;
	line_fn fn; /* for each line, also those that end in '\r' */
	void *arg;
	int out_fd; /* above 0: standard output goes there */
};

/*
 * Run a program to its end. Returns its exit status (128 + signal if one killed
 * it), or one of the above. After limit_s seconds it is killed; if that has no
 * effect (state D), it is left behind.
 */
int program_run(const struct program *program);

/* The same; if it fails, say the last lines_max lines of its output. */
int program_run_quietly(const char *const *argv, uint64_t limit_s, int out_fd,
			size_t lines_max);

bool program_exists(const char *name);

/* Add "NAME=VALUE" to the environment of programs; it must stay valid. */
void program_tell(char *variable);
/*
 * Start a program with in_fd as standard input, and out_fd as standard output
 * and error. Returns its process for program_end(), or -errno.
 */
int program_begin(const char *const *argv, int in_fd, int out_fd);
/* Wait for this process, as program_run() does. */
int program_end(int pid, uint64_t limit_s);

/*
 * Start a program in a session of its own, which is not waited for. Its output
 * goes to the kernel's log. Returns its process, or -errno.
 */
int program_start(const char *const *argv);

#endif
