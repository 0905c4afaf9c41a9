/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dumps to another machine by ssh. The far end understands the words that
 * "kdump-dma target" put into its authorized_keys: new FOLDER, put FOLDER FILE,
 * keep FOLDER FILE BYTES. A file is called FILE.incomplete until both ends
 * agree about its size.
 */
#ifndef CAPTURE_REMOTE_H
#define CAPTURE_REMOTE_H

#include <stdint.h>

/*
 * A step: ask the far end for a folder until it answers, or limit_network is
 * over. Sets capture->far_folder. 0 or -errno, after an event.
 */
int remote_reach(void);

/* A step: send the crashed kernel's log. 0 or -errno. */
int remote_log(void);

/*
 * A step: send the vmcore in the flattened format. It is begun again if that
 * fails, as long as remote_left_s() lasts. 0 or -errno.
 */
int remote_collect(void);

/* A step: send the record of capture->folder. 0 or -errno. */
int remote_record(void);

/* Set capture->folder to a folder in memory, for a record to be sent. */
void remote_stage(void);

/* Seconds that are left of limit_remote; at least 1. */
uint64_t remote_left_s(void);

/* What the vmcore is called at the far end. */
const char *remote_vmcore(void);

#endif
