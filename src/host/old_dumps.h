/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Removing old dumps, by keep= and keep_free=. Only the vmcore is removed; the
 * record and the kernel's log stay.
 */
#ifndef OLD_DUMPS_H
#define OLD_DUMPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/config.h"
#include "host/dumps.h"
#include "state/history.h"

struct old_dumps {
	struct dump *list; /* those to remove, oldest first */
	size_t count;
	uint64_t bytes;
};

/*
 * Find the dumps below folder to remove, so that no more than keep of ours are
 * left (0: any number) and keep_free bytes are free (0: any). Ours are those
 * with a record that was learned. None is found unless the newest dump is whole
 * and saved, and the newest itself is never found. 0 or -errno;
 * old_dumps_free() is right in both cases.
 */
int old_dumps_find(const struct root *root, const struct config *config,
		   const char *folder, const struct history *history,
		   struct old_dumps *out);
void old_dumps_free(struct old_dumps *old);

/* Removes the vmcore of one; 0 or -errno. */
int old_dumps_remove(const struct root *root, const struct dump *dump);

#endif
