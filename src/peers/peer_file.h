/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file of a peer that apply may change, and how that is taken back. */
#ifndef PEER_FILE_H
#define PEER_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

/* Three texts of one file, each NUL-terminated, malloc()ed by the caller. */
struct undo {
	char *before; /* what was there before our first apply */
	size_t before_len;
	char *after; /* what apply wrote last */
	size_t after_len;
	char *now; /* in: its content; out: the content without what is ours */
	size_t now_len;
};

/* Put new, which is malloc()ed, in place of undo->now. */
static inline void undo_set(struct undo *undo, char *new, size_t len)
{
	free(undo->now);
	undo->now = new;
	undo->now_len = len;
}

struct peer_file {
	const char *path; /* below the root; NULL ends a list */
	bool is_all_ours; /* apply makes it; else it is the peer's own */
	/*
	 * Somebody changed the file after us: take out only what is ours. 0 or
	 * -errno. NULL where is_all_ours.
	 */
	int (*undo)(struct undo *undo);
};

#endif
