/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_EARLY_H
#define CAPTURE_EARLY_H

/* /proc, /sys, /dev and debugfs, where they are not there yet; the folders that
 * programs need; standard input and output away from the console. */
void early_mounts(void);

/*
 * A step: start the watcher, and wait until it has taken the verdict. Nothing
 * was loaded by then, so it is the kernel's own. 0 or -errno.
 */
int early_watch(void);

#endif
