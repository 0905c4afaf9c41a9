/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A system that was installed into a folder and never booted. */
#ifndef NEW_IMAGE_H
#define NEW_IMAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "facts/facts.h"
#include "lib/root.h"

/*
 * Is root such a system, and for which architecture (as uname -m has it)? Its
 * /proc is empty and it is no snapshot, so the machine that it will run on is
 * not known. Also false for an architecture without a table.
 */
bool new_image_is(const struct root *root, const struct facts *facts,
		  char *machine, size_t size);

#endif
