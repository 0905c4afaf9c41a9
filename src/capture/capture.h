/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_H
#define CAPTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "capture/conf.h"

#define MOUNT_POINT "/kdump-dma"
#define VMCORE_PART "vmcore-incomplete"
#define VMCORE_NAME "vmcore"
#define COPY_PART   ".vmcore-copy" /* a plain copy that is not whole yet */
#define ROOM_NAME   ".room"	   /* room that is kept for the record */
#define EVENTS_MAX  8
#define TRIED_MAX   8
#define EVENT_BYTES 160

/* A file system that dumps are saved to. */
struct place {
	const char *name;  /* in messages */
	const char *point; /* where it is mounted */
	const char *path;  /* the folder in it that a dump gets its own in */
};

#define PLACE_HERE                                                             \
	((struct place){ capture->conf.device, MOUNT_POINT,                    \
			 capture->conf.path })

/*
 * What one step leaves for the next. It lies in memory that all steps share,
 * because each is a process of its own: PID 1 outlives whatever happens to it.
 */
struct capture {
	struct conf conf;
	uint64_t begin_ms;
	uint64_t step_end_ms; /* the time limit of the running step */

	struct place place;	/* what the steps save to */
	uint64_t modules_tried; /* modules that are loaded, or being loaded */
	char node[64];		/* the target's device: /dev/... */
	char tried[TRIED_MAX]
		  [64]; /* devices that could not be mounted for writing */
	uint32_t tried_count;
	bool lacks_members;	 /* a btrfs of which a device did not come */
	char folder[PATH_BYTES]; /* of this dump; "" before it is made */
	uint32_t folders;	 /* how many were made */
	char far_folder[PATH_BYTES - 32]; /* its folder at the far end */
	uint64_t far_bytes; /* of the vmcore that the far end has */
	bool log_is_saved;
	bool dump_is_saved;
	/* program and arguments, for the record */
	char collected_with[2 * VALUE_BYTES + 8];
	int status; /* exit status of what saved it; 0: the dump is saved */

	char events[EVENTS_MAX][EVENT_BYTES];
	uint32_t events_count;
	char noted[EVENT_BYTES]; /* an event that is not in the log yet */
};

/* PID 1 maps it before the first step. */
extern struct capture *capture;

#endif
