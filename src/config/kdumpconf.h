/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One option of kdump-utils' kdump.conf, whose lines are "option value".
 * kdumpctl refuses a file that has an option twice. Pure.
 */
#ifndef KDUMPCONF_H
#define KDUMPCONF_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/text.h"

/* The option's first line, without its newline; len 0: there is none. */
struct text kdumpconf_line(const char *buf, size_t len, const char *option);

/*
 * Take a line apart as kdump_get_conf_val() of kdump-utils does: a comment
 * needs no blank before its "#", and quotes around the whole value are taken
 * off. False: the line has no option.
 */
bool kdumpconf_pair(struct text line, struct text *option, struct text *value);

/* Does the option name a file system on a disk of this machine? */
bool kdumpconf_is_disk(struct text option);

/* Does this option name a place for dumps beside the root file system? */
bool kdumpconf_is_elsewhere(struct text option, struct text value);

/*
 * A copy of buf with the option's first line replaced by line, or line added at
 * the end; an empty line removes the option. malloc()ed and NUL-terminated,
 * with zero bytes where buf has them; NULL: no memory.
 */
char *kdumpconf_with(const char *buf, size_t len, const char *option,
		     struct text line, size_t *new_len);

#endif
