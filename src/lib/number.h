/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NUMBER_H
#define NUMBER_H

#include <stddef.h>
#include <stdint.h>

/*
 * Read all of text[0..len) as one unsigned number in base 8, 10 or 16; base 16
 * takes an optional 0x. No sign, blank or suffix is accepted.
 * 0, -EINVAL (empty, other characters) or -ERANGE; *out is 0 on an error.
 */
int number_parse(const char *text, size_t len, unsigned int base,
		 uint64_t *out);

#endif
