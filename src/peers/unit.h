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

#endif
