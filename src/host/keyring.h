/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KEYRING_H
#define KEYRING_H

#include <stdbool.h>

#include "lib/root.h"

/*
 * The size of root's logon key with this description in /proc/keys, which shows
 * a process its user's keys, also those that it could not use. 0: there is
 * none that could be used: it expired, was revoked or never was.
 */
unsigned int keyring_key_bytes(const struct root *root,
			       const char *description);

/* The same of one line. Pure. */
unsigned int keyring_line_bytes(struct text line, const char *description);

/*
 * A new session keyring for this process and what it starts, with root's own in
 * it, as systemd's KeyringMode=shared has it. That of a service, or of another
 * user's session (sudo), need not have it, and the kernel looks nowhere else
 * for keys that a capture image is to be given.
 */
void keyring_join(void);

#endif
