/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every value that apply ever wrote, in /var/lib/kdump-dma/ours. A value of
 * ours stays ours: an older boot entry, a snapshot that was rolled back or an
 * apply that was cut off may bring it back at any boot. A revert keeps it.
 */
#ifndef OURS_H
#define OURS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "lib/root.h"

#define OURS_NAME      "ours"
#define OURS_MAX       32
#define OURS_WORDS_MAX 512
#define OURS_POOL_MAX  64

struct ours {
	char crashkernel[OURS_MAX]
			[OURS_WORDS_MAX]; /* the words; oldest first */
	size_t crashkernel_count;
	char pool[OURS_MAX][OURS_POOL_MAX]; /* values of coherent_pool= */
	size_t pool_count;
};

/* A missing file is empty; lines that are not understood are skipped. */
void ours_load(const struct root *root, struct ours *out);

bool ours_has_crashkernel(const struct ours *ours, const char *words);
bool ours_has_pool(const struct ours *ours, const char *value);

/* If the list is full, the oldest is dropped. "" is not remembered. */
void ours_add_crashkernel(struct ours *ours, const char *words);
void ours_add_pool(struct ours *ours, const char *value);

/* Write the file. The caller holds the lock. 0 or -errno. */
int ours_store(const struct root *root, const struct ours *ours);

/* Print the file's text, for a snapshot; arg is a struct ours. */
void ours_print(FILE *to, const void *arg);

#endif
