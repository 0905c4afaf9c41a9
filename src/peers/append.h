/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a backend adds to the capture kernel's command line. */
#ifndef APPEND_H
#define APPEND_H

#include "config/config.h"
#include "lib/root.h"
#include "peers/edits.h"
#include "peers/shell_variable.h"

#define APPEND_MAX	   CONFIG_APPEND_MAX
#define APPEND_PROBLEM_MAX 240

struct append {
	char words[APPEND_MAX];
	char problem[APPEND_PROBLEM_MAX]; /* why words are not known */
};

/*
 * Read the words from a variable of a shell file; one that is not set has none.
 * 0, or -errno with append->problem set.
 */
int append_read(const struct root *root, const char *path, const char *key,
		struct append *append);

/*
 * Check that the words need no escapes in double quotes of a shell file, so
 * that they can be written again. 0, or -EINVAL with append->problem set.
 */
int append_check(const char *path, struct append *append);

/*
 * Set the variable to words with their coherent_pool= replaced by pool, or
 * removed if pool is NULL.
 */
int append_set_pool(const struct root *root, const char *path, const char *key,
		    const char *words, const char *pool, struct edits *edits);

#endif
