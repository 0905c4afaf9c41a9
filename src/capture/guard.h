/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Processes that look after PID 1. They do what may block for ever, or what has
 * to be done if PID 1 itself does: a driver may hang in any call.
 */
#ifndef CAPTURE_GUARD_H
#define CAPTURE_GUARD_H

#include <sys/types.h>

#define GUARD_GRACE_MS 2000 /* after a step's limit, to kill its processes */

/* Start those that do not run. To be called again and again. */
void guard_start(void);

/* From now on feed this hardware watchdog; "": there is none. */
void guard_feed(const char *watchdog);

/* A child of PID 1 ended: guard_start() starts it again if it was one. */
void guard_ended(pid_t pid);

#endif
