/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TRY_SSH_H
#define TRY_SSH_H

#include <stddef.h>

#include "plan/capture_remote.h"

/*
 * Does the far end take dumps with our key? By ssh, with the configuration that
 * the capture kernel has, and nothing that is only here: no agent. A minute at
 * most. 0 or -errno, with a sentence in why.
 */
int try_ssh(const struct capture_remote *remote, char *why, size_t size);

#endif
