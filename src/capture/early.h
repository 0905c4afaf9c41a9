/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_EARLY_H
#define CAPTURE_EARLY_H

/*
 * Mount /proc, /sys, /dev and debugfs, if they are not mounted; make the
 * folders that programs need; take standard input and output away from the
 * console.
 */
void early_mounts(void);

/*
 * A step: start the watcher, and wait until it has written the verdict. No
 * module was loaded by then, so it is the verdict on the kernel. 0 or -errno.
 */
int early_watch(void);

#endif
