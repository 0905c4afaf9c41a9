/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files that put a setting in force, as they are and as they will be.
 * Reads, writes nothing.
 */
#ifndef EDITS_H
#define EDITS_H

#include "host/bootloader.h"
#include "host/host.h"
#include "lib/root.h"

#define EDITS_MAX	4
#define EDITS_ERROR_MAX 240

struct edit {
	const char *path;
	char *old; /* NULL: not there */
	size_t old_len;
	char *new; /* NULL: is removed */
	size_t new_len;
};

struct edits {
	struct edit list[EDITS_MAX];
	size_t count;
	uint64_t commands; /* that make them count, see commands.h */
	char error[EDITS_ERROR_MAX];
};

/* What is to be in force. */
struct target {
	bool set_pool;
	const char *pool; /* NULL or "": no word of ours */
	bool set_crashkernel;
	const char *crashkernel; /* the words */
};

/* 0, or -errno with edits->error. Files that need no change are left out. */
int edits_make(const struct root *root, const struct host *host,
	       const struct target *target, struct edits *edits);
void edits_free(struct edits *edits);

#endif
