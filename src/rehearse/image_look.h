/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A capture image is looked at before a crash needs it: is it whole, could its
 * programs start, and does it have what an image that is built now would have?
 * Nothing is run.
 */
#ifndef IMAGE_LOOK_H
#define IMAGE_LOOK_H

#include <stdbool.h>

#include "lib/root.h"
#include "plan/capture_image.h"
#include "rehearse/archive.h"
#include "rehearse/image_check.h"
#include "rehearse/scene.h"

struct image_look {
	struct archive archive;
	struct scene scene;
	bool have_scene; /* false: the image is not of the native backend */
	bool is_damaged; /* a fault: it is not a whole initramfs */
	struct image_faults faults;
};

/*
 * Read the image that is open at fd, a regular file. Nothing in one that is not
 * a whole initramfs counts. 0 or -errno: what cannot
 * be read or unpacked here. image_look_close() is right in any case.
 */
int image_look_open(struct image_look *look, int fd);
/* What that error says of the image. */
const char *image_look_error(int err);
void image_look_close(struct image_look *look);

/*
 * Add the faults of what was read. wanted is what would be built below root
 * now. is_native: an image without our configuration has a fault, too.
 */
void image_look(struct image_look *look, const struct root *root,
		const struct capture_image *wanted, bool is_native);

#endif
