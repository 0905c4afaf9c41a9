/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One option of kdump-utils' kdump.conf: "option value", a line each. One that
 * stands there twice is an error to kdumpctl. Pure.
 */
#ifndef KDUMPCONF_H
#define KDUMPCONF_H

#include <stddef.h>

#include "lib/text.h"

/* The option's first line, without its newline; len 0: it is not there. */
struct text kdumpconf_line(const char *buf, size_t len, const char *option);

/*
 * The file with that line in place of the option's first one, or at its end;
 * with "" without the option. malloc()ed, NUL-terminated; NULL: no memory.
 */
char *kdumpconf_with(const char *buf, size_t len, const char *option,
		     struct text line);

#endif
