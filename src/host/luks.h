/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LUKS_H
#define LUKS_H

#include <stddef.h>
#include <stdint.h>

#include "lib/root.h"

/*
 * The most memory that opening one of this machine's LUKS2 devices takes: the
 * cost of its key derivation, as `cryptsetup luksDump --dump-json-metadata`
 * has it. 0 where there is none, or where nobody can tell.
 */
uint64_t luks_bytes(const struct root *root);

/* The largest "memory" (KiB) of any key slot's kdf. Pure; 0 if there is none.
 */
uint64_t luks_metadata_bytes(const char *buf, size_t len);

#endif
