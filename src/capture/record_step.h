/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_RECORD_STEP_H
#define CAPTURE_RECORD_STEP_H

/*
 * A step: write the first record, with "state": "saving". If no second one
 * replaces it, the capture did not come to its end. 0 or -errno.
 */
int record_begin(void);

/*
 * A step: tell the watcher how the capture went. It writes the record into the
 * dump's folder, if there is one. 0 or -errno.
 */
int record_end(void);

#endif
