/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A system that was installed into a folder and never booted. */
#ifndef NEW_IMAGE_H
#define NEW_IMAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "facts/facts.h"
#include "lib/root.h"

/*
 * Is root one, and for which architecture, as uname -m has it? Nothing of /proc
 * is there, and no snapshot's note: what machine it will run on nobody can
 * know. false also if the architecture is not one of ours.
 */
bool new_image_is(const struct root *root, const struct facts *facts,
		  char *machine, size_t size);

#endif
