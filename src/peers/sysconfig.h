/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The file and variable that kdump-utils and SUSE's kdump both have. */
#ifndef SYSCONFIG_H
#define SYSCONFIG_H

#include "lib/root.h"
#include "peers/backend.h"
#include "peers/peer_paths.h"

/* Operations of their backends, see backend.h. */
int sysconfig_read_append(const struct root *root, const struct config *config,
			  struct append *append);
int sysconfig_edit_pool(const struct root *root, const char *append,
			const char *pool, struct edits *edits);
int sysconfig_undo_append(struct undo *undo);

/*
 * May kdumptool write the boot loader's words, by what SUSE's
 * KDUMP_UPDATE_BOOTLOADER says? kdumptool runs that word as a command.
 */
bool sysconfig_lets_kdumptool_write(const struct root *root);

/* The same for a value of it. */
bool sysconfig_is_yes(const char *value);

#endif
