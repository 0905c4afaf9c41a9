// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/machine_id.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define DIGITS 32

void machine_id_hash(const struct root *root,
		     char out[static MACHINE_ID_HASH_MAX])
{
	char id[64];

	out[0] = '\0';
	if (root_read(root, id, sizeof(id), "etc/machine-id") < DIGITS ||
	    strspn(id, "0123456789abcdef") != DIGITS ||
	    (id[DIGITS] && id[DIGITS] != '\n'))
		return;
	if (strspn(id, "0") < DIGITS)
		snprintf(out, MACHINE_ID_HASH_MAX, "%016" PRIx64,
			 text_hash((struct text){ id, DIGITS }));
}
