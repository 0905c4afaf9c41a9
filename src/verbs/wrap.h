/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef WRAP_H
#define WRAP_H

#include <stddef.h>
#include <stdio.h>

/* Of the terminal that to is; 0 if it is none. */
size_t wrap_width(FILE *to);

/*
 * Lines that are longer than width go on in the next one, at a blank, behind
 * indent blanks. 0: as they are.
 */
void wrap_print(FILE *to, const char *text, size_t len, size_t width,
		size_t indent);

#endif
