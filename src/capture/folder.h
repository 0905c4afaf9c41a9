/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_FOLDER_H
#define CAPTURE_FOLDER_H

#include <stddef.h>

/* The name for a new folder: HOST-TIME. */
void folder_name(char *name, size_t size);

/*
 * A step: make a new folder for this dump below path of the target, and set
 * capture->folder. It gets an empty vmcore-incomplete, so that nothing else can
 * take the dump's inode. 0 or -errno.
 */
int folder_new(void);

/*
 * After a program of the administrator, who: if it took the folder away, or
 * what the folder is on, make it anew. mount_again mounts that. 0 or -errno.
 */
int folder_mend(const char *who, int (*mount_again)(void));

/* Open the folder. A descriptor that the caller closes, or -errno. */
int folder_open(void);

/*
 * Give a file of the folder the name of one that is whole, after it was synced.
 * 0 or -errno; -ENODATA if it is empty.
 */
int folder_keep(const char *part, const char *name);

#endif
