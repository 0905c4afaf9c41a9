/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Was what is here now ever seen to save a dump? */
#ifndef TESTED_H
#define TESTED_H

#include <stdbool.h>

#include "state/rehearsed.h"
#include "state/state.h"
#include "verbs/gather.h"

struct tested {
	bool good;	/* yes, as it is now */
	char text[200]; /* when, or what has changed since */
};

/* The newest rehearsal of this kernel; one of the image in force goes first. */
struct newest_rehearsal {
	bool have;
	struct rehearsed one;
	bool have_image; /* the image in force is known */
	bool of_image;	 /* it was rehearsed as it is now */
};

void tested_rehearsal(const struct gathered *all, struct newest_rehearsal *out);

/* The last look at the image in force, if it was not rehearsed since. */
bool tested_look(const struct gathered *all, struct looked *out);

/*
 * The last dump that was saved, by a crash, a test or a rehearsal, of a kernel
 * of this release; and whether image or configuration were changed since.
 */
void tested_find(const struct gathered *all, struct tested *out);

#endif
