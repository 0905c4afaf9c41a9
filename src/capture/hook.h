/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_HOOK_H
#define CAPTURE_HOOK_H

/*
 * Steps: run the administrator's program of pre= or post=, if there is one. Its
 * output goes to the kernel's log. If it fails, is killed or takes too long,
 * that only becomes an event. 0 or -EIO.
 */
int hook_pre(void);
int hook_post(void);

#endif
