/* SPDX-License-Identifier: GPL-2.0-or-later */
/* crashkernel= where rpm-ostree holds the kernel's arguments. */
#ifndef OSTREE_H
#define OSTREE_H

#include <stdbool.h>

#include "lib/root.h"

/*
 * Give the deployment that boots next these crashkernel= words, and read them
 * back. What it had is kept first. is_rest: as for grubby_set().
 */
int ostree_set(const struct root *root, const char *words, bool is_rest);
/* Put back what it had, unless the words are not ours any more. */
int ostree_revert(const struct root *root, const char *ours);

#endif
