/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_SAVE_H
#define CAPTURE_SAVE_H

#include <stdbool.h>
#include <stdint.h>

/* True if there is the crashed kernel's memory; an event if not. */
bool save_has_vmcore(void);

/* A step: take some room on the target for the record. Returns 0. */
int save_reserve(void);

/* A step: save the vmcore by the configured collector. 0 or -errno. */
int save_collect(void);

/* The same, within so many seconds. */
int save_by(uint64_t limit_s);

/*
 * Run the collector, which writes the file part; with part NULL it writes the
 * flattened format to out_fd. Its warnings become events. Returns its exit
 * status.
 */
int save_run(const char *part, int out_fd, uint64_t limit_s);

/*
 * A step: copy all of the memory, if it fits. What the collector left is
 * removed only if the copy is whole then. 0 or -errno.
 */
int save_copy(void);

/*
 * A step: keep the part of a vmcore that was saved, as vmcore-incomplete: it
 * may still show what happened. Returns 0.
 */
int save_tell_left(void);

/*
 * For save_collect() and save_copy(): sync the file part of the folder and
 * rename it vmcore, or report that who wrote it failed. Sets capture->status. 0
 * or -errno.
 */
int save_keep(const char *who, int status, const char *part);

#endif
