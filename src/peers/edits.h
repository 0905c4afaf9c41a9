/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files of peers as they are and as they will be. Nothing here writes a file
 * or runs a program: src/apply/ does.
 */
#ifndef EDITS_H
#define EDITS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/root.h"

#define EDITS_MAX	4
#define EDITS_ERROR_MAX 1024

/* One file as it is and as it will be. */
struct edit {
	const char *path; /* below the root */
	char *old;	  /* NULL: not there */
	size_t old_len;
	char *new; /* NULL: is removed */
	size_t new_len;
	bool is_decided; /* new is set */
};

struct edits {
	struct edit list[EDITS_MAX];
	size_t count;
	char error[EDITS_ERROR_MAX]; /* why the last one failed */
};

/*
 * Each function makes one change, whole or not at all: 0, or -errno with
 * edits->error set and no edit changed. Changes of one file add up.
 */

/* Set key in a shell file, which has to exist. */
int edits_set_variable(const struct root *root, struct edits *edits,
		       const char *path, const char *key, const char *value);

/* Set a whole file; content NULL removes it. */
int edits_set_file(const struct root *root, struct edits *edits,
		   const char *path, const char *content);

/*
 * The text of a file as it will be so far: NUL-terminated, owned by edits.
 * -ENOENT if it is not there.
 */
int edits_text(const struct root *root, struct edits *edits, const char *path,
	       const char **text, size_t *len);

/* Sets edits->error; returns err. */
__attribute__((format(printf, 3, 4))) int
edits_refuse(struct edits *edits, int err, const char *format, ...);

/* Leave out the files that need no change. */
void edits_drop_unchanged(struct edits *edits);

void edits_free(struct edits *edits);

#endif
