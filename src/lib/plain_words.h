/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reduces a kernel command line to what may be shown to anybody. It is an
 * allow-list, because any word may hold a password, a name, an address or a
 * serial number.
 */
#ifndef PLAIN_WORDS_H
#define PLAIN_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/text.h"

/*
 * Words that the plan reads keep their value if plain_words_value() accepts it;
 * else the value becomes "?". Other words keep only "name=". A word without "="
 * stays if it is a well-known kernel option. out is never longer than words.
 */
void plain_words(struct text words, char *out, size_t size);

/*
 * True if value consists of numbers, sizes, addresses, their ranges, and the
 * words auto, high, low, cma and on, as in crashkernel= and fadump=.
 */
bool plain_words_value(struct text value);

#endif
