/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the device mapper decrypts an open device; of its key only the size. */
#ifndef CRYPT_TABLE_H
#define CRYPT_TABLE_H

#include <stdint.h>

#include "lib/root.h"
#include "lib/text.h"

#define CRYPT_CIPHER_MAX  64
#define CRYPT_OPTIONS_MAX 128

struct crypt_table {
	uint64_t sectors; /* of the open device */
	char cipher[CRYPT_CIPHER_MAX];
	unsigned int key_bytes;
	uint64_t iv_offset;
	uint64_t start; /* where its data begins below, in sectors */
	char options[CRYPT_OPTIONS_MAX]; /* "1 allow_discards"; "" */
};

/*
 * The table of the device called name, from the device mapper, as "dmsetup
 * table" shows it; below another root from the file .dm-tables, lines "NAME:
 * TABLE" of that program. 0; -ENOTSUP: nobody can make the same again from
 * that; another -errno.
 */
int crypt_table_read(const struct root *root, const char *name,
		     struct crypt_table *out);

/* "CIPHER KEY IV-OFFSET DEVICE START [OPTIONS]". Pure. 0 or -ENOTSUP. */
int crypt_table_parse(struct text parameters, struct crypt_table *out);

#endif
