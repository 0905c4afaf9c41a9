/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

/*
 * Milliseconds since the kernel's start. The time of day may be set meanwhile:
 * in a capture kernel by a driver that is loaded later.
 */
uint64_t clock_ms(void);
void clock_sleep_ms(uint64_t ms);

#endif
