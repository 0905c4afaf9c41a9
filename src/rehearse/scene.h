/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a capture image expects to find: from the configuration in the image
 * itself, which is what counts after a crash. scene_read() reads ours; other
 * packages' is for peer_scene.h.
 */
#ifndef SCENE_H
#define SCENE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "rehearse/archive.h"

#define SCENE_CONF	  "etc/kdump-dma-capture.conf"
#define SCENE_VALUE_MAX	  512
#define SCENE_STACK_MAX	  24
#define SCENE_MODULES_MAX 512

struct scene {
	char release[65]; /* of the modules in the image; "" if it has none */
	char device[SCENE_VALUE_MAX], fstype[32], path[SCENE_VALUE_MAX];
	char stack[SCENE_STACK_MAX][160];
	size_t stack_count;
	char module[SCENE_MODULES_MAX]
		   [SCENE_VALUE_MAX]; /* path; ours in order */
	size_t modules_count;
	bool has_members; /* of a btrfs on several devices */
	bool has_disk;	  /* it knows the disk by more than a UUID */
	/* where dumps are sent; "": nowhere. Without a device only there. */
	char remote[2 * SCENE_VALUE_MAX];
	/* our configuration, in the archive; NULL: another package's image */
	const char *text;
	size_t text_len;
};

/* false: the image has no configuration of ours. */
bool scene_read(const struct archive *archive, struct scene *out);

/*
 * The configuration for a scratch disk: device instead of the target, nothing
 * below it to put together, nothing to be sent; modules (paths, NULL ends) are
 * loaded first.
 */
void scene_print(FILE *to, const struct scene *scene, const char *device,
		 const char *const *modules);

#endif
