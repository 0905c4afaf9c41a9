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
#define OURS_VALUE_MAX 512

struct ours_list {
	char value[OURS_MAX][OURS_VALUE_MAX]; /* oldest first */
	size_t count;
};

struct ours {
	struct ours_list crashkernel; /* the words */
	struct ours_list pool;	      /* values of coherent_pool= */
};

/* A missing file is empty; lines that are not understood are skipped. */
void ours_load(const struct root *root, struct ours *out);

bool ours_has(const struct ours_list *list, const char *value);

/* If the list is full, the oldest is dropped. "" is not remembered. */
void ours_add(struct ours_list *list, const char *value);

/* Write the file. The caller holds the lock. 0 or -errno. */
int ours_store(const struct root *root, const struct ours *ours);

/* Print the file's text, for a snapshot; arg is a struct ours. */
void ours_print(FILE *to, const void *arg);

#endif
