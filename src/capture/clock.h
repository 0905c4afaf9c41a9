/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_CLOCK_H
#define CAPTURE_CLOCK_H

#include <stdint.h>

/*
 * Milliseconds since the kernel's start. The time of day is of no use: a driver
 * that is loaded later may set it.
 */
uint64_t clock_ms(void);
void clock_sleep_ms(uint64_t ms);

#endif
