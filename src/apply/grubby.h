/* SPDX-License-Identifier: GPL-2.0-or-later */
/* crashkernel= where grubby holds the arguments of boot entries. */
#ifndef GRUBBY_H
#define GRUBBY_H

#include <stdbool.h>
#include <stddef.h>

#include "state/kept.h"
#include "lib/root.h"

/*
 * Give every boot entry these crashkernel= words, and read them back. What
 * each entry had is kept first, in /var/lib/kdump-dma/saved. is_rest: it is
 * what an earlier run left to do, and entries that somebody set since stay.
 */
int grubby_set(const struct root *root, const char *words, bool is_rest);
/*
 * Of entries that came since, with a kernel: those that have no words, or some
 * that were there before us, are given these. What an entry that had ours has
 * now, somebody chose, unless it is of this release (NULL: none), which was
 * installed just now. 0 if we never gave any.
 */
int grubby_set_new(const struct root *root, const char *words,
		   const char *release);
/*
 * Entries that have words of ours (or none, if an earlier run was cut short)
 * get back what they had; those that came since, what the first had. Others
 * were set by somebody since, and stay. 0 if nothing was kept.
 */
int grubby_revert(const struct root *root, const char *ours, bool was_cut);

/*
 * `grubby --info=ALL`: how many entries there are, at most max; -EINVAL,
 * -E2BIG. Pure.
 */
int grubby_parse(const char *info, struct boot_entry *entries, size_t max);

#endif
