/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A shutdown sends SIGTERM. Between the first file that apply writes and the
 * last command that makes it count, that is only noted: what was begun is
 * finished, and what can wait is left for the next apply.
 */
#ifndef STOP_H
#define STOP_H

#include <stdbool.h>

/* From here on SIGTERM, SIGINT and SIGHUP are noted only. */
void stop_hold(void);
/* And from here on they end the program again. */
void stop_release(void);
/* Did one of them come? */
bool stop_asked(void);

#endif
