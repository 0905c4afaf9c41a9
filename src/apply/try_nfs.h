/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TRY_NFS_H
#define TRY_NFS_H

#include <stddef.h>

#include "plan/capture_remote.h"

/*
 * Does the far end let this machine write? As the capture kernel will do it:
 * mounted by the kernel, in a mount namespace that nobody else sees; the folder
 * for dumps is made, a file in it is written, synced and removed. A minute at
 * most. 0 or -errno, with a sentence in why.
 */
int try_nfs(const struct capture_remote *remote, char *why, size_t size);

#endif
