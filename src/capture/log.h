/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_LOG_H
#define CAPTURE_LOG_H

/* A step: the crashed kernel's log as vmcore-dmesg.txt. 0 or -errno. */
int log_save(void);

/* A step, where it could not be saved: its last lines to the console, which is
 * the only place left. Returns 0. */
int log_say(void);

#endif
