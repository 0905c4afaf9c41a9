/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a crashing kernel left in firmware or in memory that is not lost. */
#ifndef PSTORE_H
#define PSTORE_H

#include <stdint.h>

#include "lib/root.h"

/*
 * Calls fn for each kernel log in /sys/fs/pstore, and for each that
 * systemd-pstore.service moved to /var/lib/systemd/pstore, with a token:
 * another entry of the same name has another. Those that say of themselves that
 * the kernel went on (an oops) or ended on purpose are passed over. With an
 * image loaded a panic writes one only where the capture kernel did not come
 * up.
 */
void pstore_each(const struct root *root, void (*fn)(void *arg, uint64_t token),
		 void *arg);

#endif
