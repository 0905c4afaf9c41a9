/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_MOUNT_H
#define CAPTURE_MOUNT_H

/*
 * A step: mount capture->node for writing. Recovering the journal of a large
 * file system takes minutes. 0 or -errno.
 */
int mount_target(void);

/*
 * Mount it again, or for writing again, if a program of the administrator undid
 * that. 0 or -errno.
 */
int mount_mend(void);

/* A step: unmount the target. 0 or -errno. */
int mount_undo(void);

#endif
