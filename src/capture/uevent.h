/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_UEVENT_H
#define CAPTURE_UEVENT_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Open a socket on which the kernel announces new devices. -errno in a kernel
 * without network; uevent_wait() then only waits.
 */
int uevent_open(void);

/* Wait for events, ms milliseconds at most. true: there was one. */
bool uevent_wait(int fd, uint64_t ms);

#endif
