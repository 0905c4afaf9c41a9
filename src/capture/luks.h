/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_LUKS_H
#define CAPTURE_LUKS_H

#include <stdbool.h>

#include "lib/root.h"
#include "lib/text.h"

/*
 * "UUID SLOT NAME": open the LUKS device of that UUID as /dev/mapper/NAME, with
 * the key that the image has for it, by that key slot: without a number each
 * slot is tried, and one of Argon2 takes more memory than there is. True if it
 * is open, now or before. A key that does not fit becomes an event, once.
 */
bool luks_open(const struct root *root, struct text line);

#endif
