/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What crypttab(5) says of one device: the key in the kernel's keyring that its
 * volume key is linked to when it is opened. Pure.
 */
#ifndef CRYPTTAB_H
#define CRYPTTAB_H

#include <stddef.h>

/* The kernel takes descriptions of 127 bytes. */
#define CRYPTTAB_KEY_MAX 128

/*
 * The description of the logon key of link-volume-key=@u::%logon:KEY, in the
 * line of the volume called name or of the LUKS device with that UUID. 0;
 * -ENOENT: no such line, or it links no key; -EINVAL: it links one that the
 * kernel does not hand over: of another type, or in another keyring than
 * root's own.
 */
int crypttab_key(const char *buf, size_t len, const char *name,
		 const char *uuid, char *key, size_t size);

#endif
