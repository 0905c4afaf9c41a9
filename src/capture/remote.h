/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dumps to another machine by ssh. What is said to it is the words of
 * "kdump-dma target": new FOLDER, put FOLDER FILE, keep FOLDER FILE BYTES. A
 * file has the name FILE.incomplete until both ends agree about it.
 */
#ifndef CAPTURE_REMOTE_H
#define CAPTURE_REMOTE_H

#include <stdint.h>

/* A step: until the far end answers and has made a folder, which goes to
 * capture->far_folder, or limit_network is over. 0 or -errno, after an event.
 */
int remote_reach(void);

/* A step: the crashed kernel's log. 0 or -errno. */
int remote_log(void);

/* A step: the vmcore, flattened; begun again as long as remote_left_s() lasts.
 * 0 or -errno. */
int remote_collect(void);

/* A step: the record of capture->folder. 0 or -errno. */
int remote_record(void);

/* Where the record is made if it goes to the far end only: capture->folder. */
void remote_stage(void);

/* What is left of limit_remote, at least 1. */
uint64_t remote_left_s(void);

#endif
