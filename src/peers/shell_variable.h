/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A variable of a peer's configuration that is sourced as shell. */
#ifndef SHELL_VARIABLE_H
#define SHELL_VARIABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/root.h"
#include "peers/peer_file.h"

#define SHELL_PROBLEM_MAX 240

/*
 * Its value. -ENOENT: not set, or the file is not there; -EINVAL or -ENOSPC:
 * set in a way that is not understood (see shellconf.h); another -errno if the
 * file cannot be read. value is "" on an error.
 */
int shell_variable_read(const struct root *root, const char *path,
			const char *key, char *value, size_t size);

/* The same; what is not set, or set to nothing, is fallback. */
int shell_variable_read_or(const struct root *root, const char *path,
			   const char *key, const char *fallback, char *value,
			   size_t size);

/* Why shell_variable_read() returned err, for people. */
void shell_variable_problem(char problem[static SHELL_PROBLEM_MAX],
			    const char *path, const char *key, int err);

/* Not set, or set to nothing? What is not understood is neither. */
bool shell_variable_is_unset(const struct root *root, const char *path,
			     const char *key);

/* For peer_file.undo: back to what it was, unless somebody set it since. */
int shell_variable_undo(const char *key, struct undo *undo);

#endif
