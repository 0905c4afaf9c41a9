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
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	bool zero = true;

	out[0] = '\0';
	if (root_read(root, id, sizeof(id), "etc/machine-id") < DIGITS ||
	    strspn(id, "0123456789abcdef") != DIGITS ||
	    (id[DIGITS] && id[DIGITS] != '\n'))
		return;
	for (size_t i = 0; i < DIGITS; i++) {
		zero = zero && id[i] == '0';
		hash = (hash ^ (unsigned char)id[i]) * UINT64_C(0x100000001b3);
	}
	if (!zero)
		snprintf(out, MACHINE_ID_HASH_MAX, "%016" PRIx64, hash);
}
