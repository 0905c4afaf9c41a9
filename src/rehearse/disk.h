/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The scratch disk that stands in for the target. It never has a name on the
 * host: when the last descriptor is closed it is gone, also if we were killed.
 */
#ifndef DISK_H
#define DISK_H

#include <stddef.h>

/* Sparse: only what is written takes room on the host. */
#define DISK_MIB 4096

/*
 * A disk with one file system over all of it. uuid and label may be "". 0 and a
 * descriptor in *fd, which the caller closes; or -errno with why filled.
 */
int disk_make(const char *fstype, const char *uuid, const char *label, int *fd,
	      char *why, size_t size);

#endif
