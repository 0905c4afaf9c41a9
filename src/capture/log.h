/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_LOG_H
#define CAPTURE_LOG_H

/* A step: save the crashed kernel's log as vmcore-dmesg.txt. 0 or -errno. */
int log_save(void);

/* A step: show the last lines of that log on the console. Returns 0. */
int log_say(void);

#endif
