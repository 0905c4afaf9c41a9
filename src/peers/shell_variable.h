/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A variable of a peer's configuration that is sourced as shell. */
#ifndef SHELL_VARIABLE_H
#define SHELL_VARIABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/root.h"
#include "peers/peer_file.h"

/*
 * Read the variable's value. -ENOENT: not set, or no such file; -EINVAL or
 * -ENOSPC: set in a way that shellconf_get() refuses; another -errno if the
 * file cannot be read. value is "" on an error.
 */
int shell_variable_read(const struct root *root, const char *path,
			const char *key, char *value, size_t size);

/* The same, with fallback for a variable that is unset or empty. */
int shell_variable_read_or(const struct root *root, const char *path,
			   const char *key, const char *fallback, char *value,
			   size_t size);

/* True if the variable is unset or empty; false if it is not understood. */
bool shell_variable_is_unset(const struct root *root, const char *path,
			     const char *key);

/* True if value is a number but 0, as "[ VALUE -ne 0 ]" of a shell tells. */
bool shell_variable_is_nonzero(const char *value);

/* For peer_file.undo: restore the variable, unless somebody set it since. */
int shell_variable_undo(const char *key, struct undo *undo);

#endif
