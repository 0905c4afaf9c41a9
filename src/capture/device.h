/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_DEVICE_H
#define CAPTURE_DEVICE_H

/*
 * A step: put together what the target lies on, and wait for the device that
 * has the target on it. Sets capture->node. 0 or -ETIMEDOUT after limit_device.
 */
int device_wait(void);

#endif
