/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NEAREST_H
#define NEAREST_H

#include <stddef.h>

/*
 * Which of the words was probably meant: the one that fewest letters have to be
 * changed, left out or added for, two at most and fewer than half of them.
 * NULL: none is that near.
 */
const char *nearest(const char *meant, const char *(*word)(size_t i),
		    size_t count);

#endif
