/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LOCK_H
#define LOCK_H

#include <stdbool.h>

#include "lib/root.h"

/*
 * Of two that change something at once, one waits, at most that long. Makes
 * /var/lib/kdump-dma. A file descriptor whose close is the release; -EBUSY
 * after seconds, another -errno.
 */
int lock_take(const struct root *root, unsigned int seconds);

/* Does somebody hold it? Only asks: nobody ever waits for the answer. */
bool lock_is_taken(const struct root *root);

/*
 * Does another program hold an flock(2) on that file? That cannot be asked: it
 * is taken for a moment.
 */
bool lock_is_held(const struct root *root, const char *path);

/* What root_open() of dir or lock_take() returned, on standard error. */
void lock_failed(const char *dir, int err);

#endif
