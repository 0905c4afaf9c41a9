/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_SAVE_H
#define CAPTURE_SAVE_H

#include <stdbool.h>
#include <stdint.h>

/* Is there a crashed kernel's memory? An event if not. */
bool save_has_vmcore(void);

/* A step: keep some room on the target, for the record. Returns 0. */
int save_reserve(void);

/* A step: the vmcore by the configured collector. 0 or -errno. */
int save_collect(void);

/*
 * The collector's exit status; part is the file that it writes, or NULL: then
 * it writes the flattened format to out_fd. What it warns of is an event.
 */
int save_run(const char *part, int out_fd, uint64_t limit_s);

/* A step: all of the memory, as it is, where that fits. What the collector left
 * goes only where the copy then is whole. 0 or -errno. */
int save_copy(void);

/* A step: what there is of a vmcore may show what happened, and is all there
 * is: it is called vmcore-incomplete. Returns 0. */
int save_tell_left(void);

/* Shared by the two: sync the folder's file part and call it vmcore, or tell
 * that who wrote it failed. 0 or -errno; capture->status as the record has it.
 */
int save_keep(const char *who, int status, const char *part);

#endif
