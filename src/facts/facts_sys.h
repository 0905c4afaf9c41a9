/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_SYS_H
#define FACTS_SYS_H

#include "facts/facts.h"

/* The part of facts_collect() that reads /sys. */
void facts_sys_collect(const struct root *root, struct facts *facts);

/* The part of facts_refresh() that reads /sys. */
void facts_sys_refresh(const struct root *root, struct facts *facts);

#endif
