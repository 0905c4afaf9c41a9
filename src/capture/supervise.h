/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_SUPERVISE_H
#define CAPTURE_SUPERVISE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * PID 1 runs one step after the other, each in a process group of its own. It
 * does nothing else, so that little can happen to it.
 */
void supervise_begin(void);

/*
 * Run a step. true: it ended with 0 within limit_s seconds. Otherwise its
 * processes are killed, or left behind if they cannot be (state D, on a dead
 * disk). A signal, or the end of the limit, becomes an event. After limit_total
 * of the configuration only urgent steps are run.
 */
bool supervise(const char *name, int (*step)(void), uint64_t limit_s);
bool supervise_urgent(const char *name, int (*step)(void), uint64_t limit_s);

#endif
