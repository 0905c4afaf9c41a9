/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LOCK_H
#define LOCK_H

#include <stdbool.h>

#include "lib/root.h"

/*
 * Take the lock of everything that changes the machine, and wait for it at most
 * seconds. Makes /var/lib/kdump-dma. Returns a file descriptor, whose close
 * releases the lock; -EBUSY after seconds; another -errno.
 */
int lock_take(const struct root *root, unsigned int seconds);

/* True if somebody holds the lock. Does not take it. */
bool lock_is_taken(const struct root *root);

/*
 * True if another program holds an flock(2) on that file. The lock is taken for
 * a moment, because flock(2) has no query.
 */
bool lock_is_held(const struct root *root, const char *path);

/* Say on standard error why root_open() of dir or lock_take() failed. */
void lock_failed(const char *dir, int err);

#endif
