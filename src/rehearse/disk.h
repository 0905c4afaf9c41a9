/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The scratch disk that takes the place of the target. It is a file without a
 * name on the host: it is gone when the last descriptor is closed, also if we
 * were killed.
 */
#ifndef DISK_H
#define DISK_H

#include <stdbool.h>
#include <stddef.h>

/* Sparse: only what is written takes room on the host. */
#define DISK_MIB 4096
/* What the host has to have free for it: a filtered dump has 50 to 200 MiB. */
#define DISK_ROOM_MIB 512

/*
 * A disk with one file system over all of it. uuid and label may be "". 0 and a
 * descriptor in *fd, which the caller closes; or -errno with why filled.
 */
int disk_make(const char *fstype, const char *uuid, const char *label, int *fd,
	      char *why, size_t size);

/* Did the folder that it is in run full? Then it says nothing of the image. */
bool disk_ran_full(int fd, char *why, size_t size);

#endif
