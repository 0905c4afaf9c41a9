/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_CLOCK_H
#define CAPTURE_CLOCK_H

#include <stdint.h>

/* Since the kernel's start: a driver may come up that sets the time of day. */
uint64_t clock_ms(void);
void clock_sleep_ms(uint64_t ms);

#endif
