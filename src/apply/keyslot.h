/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Our own key slot of a LUKS device, by cryptsetup. device and key are paths
 * that cryptsetup can open.
 */
#ifndef KEYSLOT_H
#define KEYSLOT_H

#include "host/luks.h"

/*
 * Add the key as that slot: cryptsetup asks for a passphrase of the device, and
 * says itself what is wrong. A random key needs no stretching, so opening it
 * takes no memory. 0 or -errno.
 */
int keyslot_add(const char *device, const char *key, unsigned int slot);

/*
 * Does the key open that slot, which is in use? Opens nothing. 1: it does; 0:
 * it is the key of something else; -errno: that was not found out (no memory,
 * the device is busy or gone), which says nothing of the key.
 */
int keyslot_opens(const char *device, const char *key, unsigned int slot);

/*
 * Take the slot away, and LUKS2's token of ours. The caller knows that it is
 * ours, and that it is not the last one. 0 or -errno.
 */
int keyslot_remove(const char *device, unsigned int slot,
		   const struct luks_header *header);

/* LUKS2: let a token say whose slot that is, to those who look. 0 or -errno. */
int keyslot_mark(const char *device, unsigned int slot);

#endif
