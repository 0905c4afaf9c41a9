/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Units of systemd, as their files say it: would it start one at boot? */
#ifndef UNIT_H
#define UNIT_H

#include <stdbool.h>

#include "lib/root.h"

/*
 * Does any target want or require it, by a link in any of the folders that
 * systemd reads? A masked unit is not enabled, whatever wants it; and a preset
 * does not enable one, it says what "systemctl preset" would do.
 */
bool unit_is_enabled(const struct root *root, const char *unit);

/*
 * Call fn for each file of a unit whose name ends in suffix, enabled or not, by
 * its path below the root: those that count first come first.
 */
void unit_each(const struct root *root, const char *suffix,
	       void (*fn)(void *arg, const char *path), void *arg);

#endif
