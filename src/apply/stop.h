/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A shutdown sends SIGTERM. Between the first file that apply writes and its
 * last command, the signal is only noted: apply finishes what it began, and
 * leaves what can wait to the next apply.
 */
#ifndef STOP_H
#define STOP_H

#include <stdbool.h>

/* From now on SIGTERM, SIGINT and SIGHUP are only noted. */
void stop_hold(void);
/* From now on these signals end the program again. */
void stop_release(void);
/* True if one of these signals was noted. */
bool stop_asked(void);

#endif
