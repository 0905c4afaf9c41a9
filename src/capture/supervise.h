/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_SUPERVISE_H
#define CAPTURE_SUPERVISE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * What PID 1 does: it runs one step after the other, each in a process group of
 * its own, and does nothing else, so that nothing can happen to it.
 */
void supervise_begin(void);

/*
 * Run a step. True if it ended with 0 within limit_s seconds. Otherwise its
 * processes are killed, and left alone if that cannot be done (state D, on a
 * dead disk); a signal or a limit becomes an event. After limit_total of the
 * configuration every step but an urgent one is refused.
 */
bool supervise(const char *name, int (*step)(void), uint64_t limit_s);
bool supervise_urgent(const char *name, int (*step)(void), uint64_t limit_s);

#endif
