/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What rehearsals showed, below /var/lib/kdump-dma: for each kernel release and
 * size of its capture image, in how much memory a dump was saved.
 */
#ifndef REHEARSED_H
#define REHEARSED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/root.h"

#define REHEARSED_NAME "rehearsed"
#define REHEARSED_MAX  16 /* the newest are kept */

struct rehearsed {
	char when[24]; /* 2026-11-23T15:19:48Z */
	char release[65];
	uint64_t image_bytes; /* size of the file that was rehearsed */
	bool saved;
	uint64_t reserved_kib; /* the reservation of this rehearsal */
	bool have_peak;
	uint64_t peak_kib;
	/* smallest reservation in which a dump was saved; 0: not looked for */
	uint64_t smallest_kib;
	uint64_t seconds;
	uint64_t stand_ins_count; /* devices that QEMU had to replace */
};

struct rehearsed_list {
	struct rehearsed item[REHEARSED_MAX]; /* oldest first */
	size_t count;
};

/*
 * Read the file; an absent one is an empty list. -EINVAL: it is damaged, and
 * out is empty. Another -errno: it cannot be read.
 */
int rehearsed_load(const struct root *root, struct rehearsed_list *out);

/* For write_file(); arg is a struct rehearsed_list. */
void rehearsed_print(FILE *to, const void *arg);

/* Add one, and write the file. 0 or -errno. */
int rehearsed_add(const struct root *root, const struct rehearsed *rehearsed);

/* The newest one of this release with this image. NULL: none. */
const struct rehearsed *rehearsed_of(const struct rehearsed_list *list,
				     const char *release, uint64_t image_bytes);

#endif
