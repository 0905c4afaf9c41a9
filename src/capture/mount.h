/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_MOUNT_H
#define CAPTURE_MOUNT_H

/* A step: mount capture->node for writing. A journal is recovered by that,
 * which takes minutes on a large one. 0 or -errno. */
int mount_target(void);

/* A step: unmount it. 0 or -errno. */
int mount_undo(void);

#endif
