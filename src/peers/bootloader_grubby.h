/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BOOTLOADER_GRUBBY_H
#define BOOTLOADER_GRUBBY_H

#include <stddef.h>

#include "state/boot_entries.h"

/*
 * `grubby --info=ALL`: how many entries there are, at most max; -EINVAL,
 * -E2BIG. Pure.
 */
int bootloader_grubby_parse(const char *info, struct boot_entry *entries,
			    size_t max);

#endif
