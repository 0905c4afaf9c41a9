/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of a kernel command line. Pure. */
#ifndef CMDLINE_H
#define CMDLINE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/text.h"

/*
 * Take the next word off the front, as the kernel's next_arg() does: a word may
 * be quoted, in whole or in part. *is_whole: no quote is left open. False at
 * the end, and at "--": what follows is for init.
 */
bool cmdline_word(struct text *rest, struct text *word, bool *is_whole);

/*
 * The name and the value of a word, both without the quotes around them. False,
 * with an empty value, if there is no "=".
 */
bool cmdline_parts(struct text word, struct text *name, struct text *value);

/*
 * Is that the name of a word, as the kernel compares names? "-" in it matches
 * "_" of wanted, and "/" matches "." (of "sysctl.").
 */
bool cmdline_is_named(struct text name, const char *wanted);

/*
 * Append a word, after a blank if out has words already. -ENOSPC, with out as
 * it was, if it does not fit.
 */
int cmdline_add(char *out, size_t size, struct text word);

/*
 * Add words in front of "--", behind which those of init stand. -ENOSPC, with
 * cmdline as it was, if they do not fit.
 */
int cmdline_put(char *cmdline, size_t size, const char *words);

/* Copy the value of the last word name=... to buf; false if there is none. */
bool cmdline_last(const char *cmdline, const char *name, char *buf,
		  size_t size);

/*
 * Remove all words name=... from a command line and, unless value is NULL, put
 * name=value at the end of the kernel's words. 0 or -ENOSPC.
 */
int cmdline_set(const char *words, const char *name, const char *value,
		char *out, size_t size);

/* A command line as a string, with blanks for tabs; false if it does not fit.
 */
bool cmdline_copy(struct text text, char *to, size_t size);

/*
 * Copy each crashkernel=... of a command line to buf, as the kernel finds them:
 * also in quotes, or at the end of a longer name. In order, separated by one
 * blank. 0, -ENOENT or -ENOSPC.
 */
int cmdline_crashkernel(const char *cmdline, char *buf, size_t size);

#endif
