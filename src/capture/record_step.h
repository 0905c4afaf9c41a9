/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_RECORD_STEP_H
#define CAPTURE_RECORD_STEP_H

/*
 * A step: the first record, "state": "saving". If no other follows, the capture
 * did not come to its end. 0 or -errno.
 */
int record_begin(void);

/* A step: tell the watcher how it went, and have it write the record, in the
 * dump's folder if there is one. 0 or -errno. */
int record_end(void);

#endif
