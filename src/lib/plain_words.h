/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What of a kernel's command line may be shown to anybody. It is an allow-list:
 * a command line may hold passwords, names, addresses and serial numbers in
 * words that nobody has thought of.
 */
#ifndef PLAIN_WORDS_H
#define PLAIN_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/text.h"

/*
 * Words that the plan reads keep their value, if it is made of numbers and
 * sizes ("?" if not). Of all others only "name=" stays. A word without "="
 * stays if it is a well-known one of the kernel's. out is never longer than
 * words.
 */
void plain_words(struct text words, char *out, size_t size);

/*
 * Numbers, sizes, addresses and ranges of them, and the words auto, high, low,
 * cma and on: all that crashkernel=, coherent_pool= and fadump= are made of.
 */
bool plain_value(struct text value);

#endif
