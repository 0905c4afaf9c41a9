/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Is there room for the next dump? */
#ifndef ROOM_H
#define ROOM_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/root.h"

struct room {
	bool have_free;
	/* where dumps are saved to; of a snapshot what its .room says */
	uint64_t free_bytes;
	/* false: that file system makes them as it needs them */
	bool have_inodes;
	uint64_t free_inodes; /* of a snapshot what its .inodes says */
	bool have_expected;
	/*
	 * What the next dump will take, if the kernel crashes as busy as it is
	 * now, before it is compressed.
	 */
	uint64_t expected_bytes;
	/* Of what is left out: in huge pages. */
	uint64_t huge_bytes;
};

/*
 * folder: where dumps go, or NULL if that is not a folder of this machine.
 * args: makedumpfile's, of which -d counts.
 */
void room_collect(const struct root *root, const char *folder, const char *args,
		  struct room *out);

/* makedumpfile's -d; 0 if there is none: all of the memory. */
unsigned int room_dump_level(const char *args);

#endif
