/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Boots that are counted in the name of an entry or a unified kernel image,
 * "NAME+LEFT-DONE.conf" (the Boot Loader Specification's "Boot counting"): for
 * the boot loader it is the same entry as NAME.conf.
 */
#ifndef BOOT_TRIES_H
#define BOOT_TRIES_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/text.h"

struct boot_tries {
	struct text name, suffix; /* pieces of the file's name */
	bool is_counted;
	uint64_t left, done;
};

/* Pure. */
struct boot_tries boot_tries_of(const char *file);

/*
 * Two files of one entry: does the boot loader take the first? Where only one
 * of them is counted, it takes the one that it happens to find first; so
 * neither is, as long as boots are left.
 */
bool boot_tries_goes_first(const struct boot_tries *one,
			   const struct boot_tries *other);

bool boot_tries_is_twin(const struct boot_tries *one,
			const struct boot_tries *other);

#endif
