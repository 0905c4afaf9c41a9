/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_END_H
#define CAPTURE_END_H

/* A step: sync. Returns 0. */
int end_sync(void);

/*
 * Restart, or do what final_action says; by sysrq if that fails. Returns if
 * sysrq fails, too: PID 1 then ends, which is a panic, and "panic=" restarts
 * the machine.
 */
void end_machine(void);

#endif
