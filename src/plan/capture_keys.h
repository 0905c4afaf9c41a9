/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Volume keys of encrypted disks that the kernel hands to the capture kernel
 * (CONFIG_CRASH_DM_CRYPT), because crypttab links them to its keyring. Only
 * their descriptions are known here.
 */
#ifndef CAPTURE_KEYS_H
#define CAPTURE_KEYS_H

#include <stdio.h>

#include "config/crypttab.h"
#include "host/crypt_table.h"
#include "host/storage.h"

#define CAPTURE_KEYS_WHY_MAX 320

struct capture_key {
	char uuid[BLOCK_TAG_MAX]; /* of the LUKS device */
	char key[CRYPTTAB_KEY_MAX];
	struct crypt_table table;
};

struct capture_keys {
	struct capture_key item[STORAGE_LUKS_MAX];
	size_t count;
	/* from the image that is loaded, for they left the keyring since */
	bool reuse;
	/* why one that crypttab names is not handed over; "" */
	char why[CAPTURE_KEYS_WHY_MAX];
};

/*
 * Which of the storage's LUKS devices the running kernel can hand over now.
 * can_take: the capture kernel takes keys, as far as that can be known.
 */
void capture_keys_find(const struct root *root, const struct storage *storage,
		       bool can_take, struct capture_keys *out);

/* NULL: that device's key is not handed over. */
const struct capture_key *capture_keys_of(const struct capture_keys *keys,
					  const char *uuid);

/*
 * The step "crypt UUID NAME PREFIX SECTORS TABLE" in place of "luks UUID NAME
 * [PREFIX]"; in TABLE "@" stands for the device. false: it is too long.
 */
bool capture_keys_give(const struct capture_key *key, struct storage *storage);

/* Lines "NAME KEY": what is to be made in configfs before the image is loaded.
 */
void capture_keys_print(FILE *to, const struct capture_keys *keys);

/* Was the image that is loaded given this key? */
bool capture_keys_loaded(const struct root *root, const char *uuid,
			 const char *key);

#endif
