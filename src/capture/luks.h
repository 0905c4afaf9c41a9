/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_LUKS_H
#define CAPTURE_LUKS_H

#include <stdbool.h>

#include "lib/root.h"
#include "lib/text.h"

/*
 * Open the LUKS device of the line "UUID SLOT NAME [PREFIX]" as
 * /dev/mapper/NAME, with the key that is in the image. With PREFIX its name in
 * sysfs begins so, and others that show the same header are passed over.
 * cryptsetup is told the key slot: without it, it tries all slots, and one with
 * Argon2 takes more memory than there is. true: it is open. A key that does not
 * fit becomes an event, once.
 */
bool luks_open(const struct root *root, struct text line);

/*
 * The same for the line "UUID NAME PREFIX SECTORS TABLE", by a key that the
 * crashed kernel handed over, and without cryptsetup. PREFIX may be "-".
 */
bool luks_map(const struct root *root, struct text line);

/* Was one opened so? Only what is on it shows whether that was its key. */
bool luks_is_mapped(void);

#endif
