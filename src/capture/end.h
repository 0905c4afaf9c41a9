/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_END_H
#define CAPTURE_END_H

/* A step: all that was written, to the disk. Returns 0. */
int end_sync(void);

/* Restart, or what final_action says; by sysrq if that fails. Where both do, it
 * returns: PID 1 then ends, which is a panic, and "panic=" restarts. */
void end_machine(void);

#endif
