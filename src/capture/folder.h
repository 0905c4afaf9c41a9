/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_FOLDER_H
#define CAPTURE_FOLDER_H

#include <stddef.h>

/* The name of a new one: HOST-TIME. */
void folder_name(char *name, size_t size);

/*
 * A step: make a new folder for this dump below path of the target, which goes
 * to capture->folder; in it vmcore-incomplete, so that the dump has its inode
 * before anything else takes one. 0 or -errno.
 */
int folder_new(void);

/* The folder, opened: the caller closes it; -errno. */
int folder_open(void);

/* Rename a file of the folder that is whole. It is synced before its new name
 * says so. 0 or -errno; -ENODATA if it is empty. */
int folder_keep(const char *part, const char *name);

#endif
