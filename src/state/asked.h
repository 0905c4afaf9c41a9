/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What programs of peers answered to apply and learn, in
 * /var/lib/kdump-dma/asked: verbs that only read run no program.
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

/* What is not there, or not understood, is left out. */
void asked_load(const struct root *root, struct asked *out);

/* NULL: that backend never answered that. */
const struct asked_default *asked_find(const struct asked *asked,
				       const char *backend, const char *words);

/*
 * true if that is another answer than the last one. Of those that are too many,
 * the oldest goes.
 */
bool asked_add(struct asked *asked, const char *backend, const char *when,
	       const char *words);

/* Under the lock. 0 or -errno. */
int asked_store(const struct root *root, const struct asked *asked);

/* For a snapshot; arg is the struct. */
void asked_print(FILE *to, const void *arg);

#endif
