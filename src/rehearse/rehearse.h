/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One rehearsal: QEMU boots this machine's kernel with crashkernel=, a small
 * PID 1 (src/stage/) loads this machine's capture image with the native command
 * line and crashes; the image finds a scratch disk where the target would be.
 * Afterwards the same kernel tells what lies on that disk.
 */
#ifndef REHEARSE_H
#define REHEARSE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/root.h"
#include "rehearse/left.h"
#include "rehearse/scene.h"
#include "state/capture_json.h"

#define REHEARSE_WHY_MAX   400
#define REHEARSE_STAND_MAX 6

struct rehearse_input {
	const struct root *root;
	const struct scene *scene; /* of the image in initramfs_fd */
	const char *release; /* of the kernel; its modules are below root */
	const char *cmdline; /* of the capture kernel */
	int kernel_fd, initramfs_fd;
	uint64_t reserved_mib;
	unsigned int seconds_limit; /* of each of the two boots */
	FILE *console; /* both boots' lines go here, too; NULL: nowhere */
	/* what happens, as it happens; NULL: nobody listens */
	void (*progress)(void *arg, const char *what);
	void *progress_arg;
};

enum rehearse_reached {
	REHEARSE_NOTHING,
	REHEARSE_LOADED,  /* kexec took kernel and image */
	REHEARSE_STARTED, /* the capture kernel said its first line */
	REHEARSE_RESET,	  /* and the machine restarted */
};

struct rehearsal {
	enum rehearse_reached reached;
	bool saved;
	char why[REHEARSE_WHY_MAX]; /* why not; "" if it was */
	char stand_ins[REHEARSE_STAND_MAX][160];
	size_t stand_ins_count;
	uint64_t seconds; /* from the start of QEMU to the reset */
	bool have_left;
	struct left left;
	char *left_text; /* what left points into; rehearse_free() */
	bool have_capture;
	struct capture capture; /* of the record */
};

/*
 * 0 if it was played to its end, whatever that was; else -errno, with out->why
 * filled: no conclusion about the image is possible. rehearse_free() is right
 * in both cases.
 */
int rehearse(const struct rehearse_input *in, struct rehearsal *out);
void rehearse_free(struct rehearsal *rehearsal);

#endif
