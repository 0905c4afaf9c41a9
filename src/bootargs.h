/* SPDX-License-Identifier: GPL-2.0-or-later */
/* crashkernel= where programs, not files, hold the kernel's arguments. */
#ifndef BOOTARGS_H
#define BOOTARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "root.h"

/*
 * Give every boot entry these crashkernel= words, and read them back. What
 * each entry had is kept first, in /var/lib/kdump-dma/saved. is_rest: it is
 * what an earlier run left to do, and entries that somebody set since stay.
 */
int grubby_set(const struct root *root, const char *words, bool is_rest);
/*
 * Of entries that came since, with a kernel: those that have no words, or some
 * that were there before us, are given these. What an entry that had ours has
 * now, somebody chose. 0 if we never gave any.
 */
int grubby_set_new(const struct root *root, const char *words);
/*
 * Entries that have words of ours (or none, if an earlier run was cut short)
 * get back what they had; those that came since, what the first had. Others
 * were set by somebody since, and stay. 0 if nothing was kept.
 */
int grubby_revert(const struct root *root, const char *ours, bool was_cut);

/* A line for each program that a revert would run here. */
void bootargs_describe(FILE *to, const char *prefix, const struct root *root);

/*
 * One entry of `grubby --info=ALL`; pure. Several may be of one kernel: index
 * is what grubby is told, id what stays the same; either is empty where it has
 * none.
 */
struct grubby_entry {
	char index[12];
	char id[192];
	char kernel[192];
	char words[512]; /* its crashkernel= words */
};

/* How many entries there are, at most max; -EINVAL, -E2BIG. */
int grubby_parse(const char *info, struct grubby_entry *entries, size_t max);

/* The same where rpm-ostree holds them, for the deployment that boots next. */
int ostree_set(const struct root *root, const char *words, bool is_rest);
/* Put back what it had, unless the words are not ours any more. */
int ostree_revert(const struct root *root, const char *ours);

#endif
