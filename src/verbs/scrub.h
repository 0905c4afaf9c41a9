/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Take out of a text what tells whose machine it was: host name, addresses,
 * UUIDs, keys. Pure. The same thing is always replaced by the same thing, so
 * that what was equal stays equal.
 */
#ifndef SCRUB_H
#define SCRUB_H

#include <stddef.h>

#define SCRUB_UUIDS_MAX 64

struct scrub {
	const char *host; /* "" is none; shorter than 3 is not looked for */
	size_t uuids_count;
	char uuids[SCRUB_UUIDS_MAX][36];
};

/* A malloc()ed copy, or NULL without memory. */
char *scrub(struct scrub *scrub, const char *buf, size_t len, size_t *out_len);

#endif
