/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Was what is here now ever seen to save a dump? */
#ifndef TESTED_H
#define TESTED_H

#include <stdbool.h>

#include "verbs/gather.h"

struct tested {
	bool good;	/* yes, as it is now */
	char text[200]; /* when, or what has changed since */
};

/*
 * The last dump that was saved, by a crash, a test or a rehearsal, of a kernel
 * of this release; and whether image or configuration were changed since.
 */
void tested_find(const struct gathered *all, struct tested *out);

#endif
