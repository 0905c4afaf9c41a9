/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_UEVENT_H
#define CAPTURE_UEVENT_H

#include <stdbool.h>
#include <stdint.h>

/* A socket on which the kernel tells of new devices; -errno without one (a
 * kernel without a network), and then uevent_wait() only waits. */
int uevent_open(void);

/* Wait for events, ms milliseconds at most, and take all that are there. True
 * if there was one. */
bool uevent_wait(int fd, uint64_t ms);

#endif
