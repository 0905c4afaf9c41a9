/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MACHINE_ID_H
#define MACHINE_ID_H

#include "lib/root.h"

/* 16 hexadecimal digits and the NUL. */
#define MACHINE_ID_HASH_MAX 17

/*
 * Which machine this is, without its /etc/machine-id, which machine-id(5) wants
 * kept: a hash of 64 bits of those 128 (FNV-1a of its 32 digits). Good to tell
 * machines apart, not to prove anything. "" where the file is missing,
 * "uninitialized" or not 32 hexadecimal digits.
 */
void machine_id_hash(const struct root *root,
		     char out[static MACHINE_ID_HASH_MAX]);

#endif
