/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NEAREST_H
#define NEAREST_H

#include <stddef.h>

/*
 * The word that was probably meant: the one with the smallest Levenshtein
 * distance, if that is two or less and less than half the letters. NULL: none.
 */
const char *nearest(const char *meant, const char *(*word)(size_t i),
		    size_t count);

#endif
