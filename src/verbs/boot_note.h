/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BOOT_NOTE_H
#define BOOT_NOTE_H

#include <stdbool.h>

#include "state/state.h"
#include "verbs/gather.h"

enum boot_moment {
	BOOT_LEARNED, /* learn has looked at what the boot before left */
	BOOT_GOES_ON,
	BOOT_ENDS, /* in order */
};

/*
 * Write down what this boot looks like: armed, how much is reserved, whether
 * memory is encrypted (the log shows it only early), and whether it is shutting
 * down in order. The next boot's learn reads it; what it has not read yet is
 * never replaced. Tells the journal once in a boot whether it is armed, not
 * before the timer has looked, and again when that changes. seen: for
 * BOOT_LEARNED, what learn saw, of which only seen and the ids are taken; else
 * NULL. 0 or -errno; nothing is written if nothing has changed.
 */
int boot_note(const struct gathered *all, enum boot_moment moment,
	      const struct boot *seen);

/* Why no capture image is loaded, or how it is. */
const char *boot_note_why(const struct gathered *all);
bool boot_note_is_armed(const struct gathered *all);

#endif
