/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LUKS_H
#define LUKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/root.h"

/*
 * The most memory that opening one of this machine's LUKS2 devices takes: the
 * cost of its key derivation, as `cryptsetup luksDump --dump-json-metadata`
 * has it. 0 where there is none, or where nobody can tell.
 */
uint64_t luks_bytes(const struct root *root);

/* What a device's header says, as far as our key slot is concerned. */
struct luks_header {
	unsigned int version; /* 1 or 2 */
	uint64_t used;	      /* bit N: key slot N is taken */
	unsigned int slots;   /* how many there can be */
	char cipher[64];      /* of the data: aes-xts-plain64 */
	bool is_changing;     /* it is being encrypted anew */
	/* LUKS2: our token, and the slot that it names; -1: there is none */
	int token, token_slot;
};

#define LUKS_TOKEN "kdump-dma" /* the type of ours */

/*
 * Ask cryptsetup for the header of the device at path. 0; -ENOENT: there is no
 * cryptsetup; -EINVAL: that is no LUKS device, or its answer was not
 * understood; another -errno.
 */
int luks_header_read(const char *path, struct luks_header *out);

/* The same from what cryptsetup printed: metadata in JSON of LUKS2, and the
 * dump of LUKS1. Pure. 0 or -EINVAL. */
int luks_header_parse2(const char *buf, size_t len, struct luks_header *out);
int luks_header_parse1(const char *buf, size_t len, struct luks_header *out);

/* The largest "memory" (KiB) of a key slot's kdf; 0: there is none. Pure. */
uint64_t luks_metadata_bytes(const char *buf, size_t len);

#endif
