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
 * /proc is empty, it is no snapshot, and nothing was learned in it, so the
 * machine that it will run on is not known. Also false for an architecture
 * without a table.
 */
bool new_image_is(const struct root *root, const struct facts *facts,
		  char *machine, size_t size);

/*
 * In a chroot, /proc and /sys are those of the system around it, or empty. Is
 * root, which was opened as "/", one? Then it is a system that is being built,
 * from here on. A container is none: its first process has the same root.
 */
bool new_image_take_chroot(struct root *root);

#endif
