/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names of files in a folder, in an order that does not change. */
#ifndef NAMES_H
#define NAMES_H

#include "lib/root.h"

/* More than any folder of configuration has. */
#define NAMES_MAX 4096

struct names {
	char **at; /* sorted by bytes, not by locale; each once */
	size_t count;
};

/*
 * Add the names in a folder that end in suffix ("": all). Hidden ones do not
 * count. 0 or -errno, with what was added until then: -E2BIG beyond NAMES_MAX.
 */
int names_add(struct names *names, const struct root *root, const char *suffix,
	      const char *folder);
void names_free(struct names *names);

#endif
