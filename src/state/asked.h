/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What programs of peers answered to apply and learn. It is kept in
 * /var/lib/kdump-dma/asked for the reading verbs, which run no program.
 */
#ifndef ASKED_H
#define ASKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "lib/root.h"

#define ASKED_NAME	"asked"
#define ASKED_MAX	8
#define ASKED_WORDS_MAX 512

struct asked {
	/* Defaults of a backend for crashkernel=, the oldest first. */
	struct asked_default {
		char backend[16];
		char when[24];		     /* 2026-11-26T10:00:00Z */
		char words[ASKED_WORDS_MAX]; /* "crashkernel=..." */
	} defaults[ASKED_MAX];
	size_t count;
};

/* A missing file is empty; lines that are not understood are skipped. */
void asked_load(const struct root *root, struct asked *out);

/* The backend's kept default; NULL if it never gave that answer. */
const struct asked_default *asked_find(const struct asked *asked,
				       const char *backend, const char *words);

/*
 * Add an answer. True if it differs from the last one. If the list is full, the
 * oldest is dropped.
 */
bool asked_add(struct asked *asked, const char *backend, const char *when,
	       const char *words);

/* Write the file. The caller holds the lock. 0 or -errno. */
int asked_store(const struct root *root, const struct asked *asked);

/* Print the file's text, for a snapshot; arg is a struct asked. */
void asked_print(FILE *to, const void *arg);

#endif
