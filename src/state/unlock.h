/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Our own key slots of encrypted disks, in /var/lib/kdump-dma/unlock, and for
 * each of them a file with its key beside it.
 */
#ifndef UNLOCK_H
#define UNLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/root.h"

#define UNLOCK_NAME	  "unlock"
#define UNLOCK_MAX	  16
#define UNLOCK_UUID_MAX	  40
#define UNLOCK_CIPHER_MAX 64
#define UNLOCK_PATH_MAX	  96
#define UNLOCK_KEY_BYTES  64

struct unlock_slot {
	char uuid[UNLOCK_UUID_MAX]; /* of the LUKS device */
	uint64_t slot;
	char cipher[UNLOCK_CIPHER_MAX]; /* of its data: aes-xts-plain64 */
	bool is_ready; /* it was added, and tried; else that was cut */
};

struct unlock {
	struct unlock_slot item[UNLOCK_MAX];
	size_t count;
};

/* A missing file is empty; lines that are not understood are skipped. */
void unlock_load(const struct root *root, struct unlock *out);
/* Write the file, or remove an empty one. The caller holds the lock. */
int unlock_store(const struct root *root, const struct unlock *unlock);

const struct unlock_slot *unlock_find(const struct unlock *unlock,
				      const char *uuid);
/* Add it, or replace the one with its UUID. -ENOSPC beyond UNLOCK_MAX. */
int unlock_set(struct unlock *unlock, const struct unlock_slot *slot);
void unlock_forget(struct unlock *unlock, const char *uuid);

/* Hexadecimal digits and dashes: part of a file's name, and of a word. */
bool unlock_uuid_is_sane(const char *uuid);

/*
 * The key's file, below the root without a leading slash. It has the same place
 * in the capture image.
 */
void unlock_key_path(const char *uuid, char out[static UNLOCK_PATH_MAX]);

#endif
