/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the native backend's capture image is made of. All of it is decided
 * before dracut runs, from files below the root.
 */
#ifndef CAPTURE_IMAGE_H
#define CAPTURE_IMAGE_H

#include "config/config.h"
#include "facts/facts.h"
#include "host/modules.h"
#include "host/storage.h"
#include "host/target.h"
#include "lib/disk_id.h"
#include "lib/machine_id.h"
#include "plan/capture_cmdline.h"
#include "plan/capture_keys.h"
#include "plan/capture_limits.h"
#include "plan/capture_remote.h"
#include "state/unlock.h"

#define IMAGE_WHY_MAX	  768
#define IMAGE_MEMBERS_MAX 32
#define IMAGE_DOUBTS_MAX  8
#define IMAGE_NAMES_MAX	  64

struct image_name {
	char text[256];
};

struct image_names {
	struct image_name item[IMAGE_NAMES_MAX];
	size_t count;
};

struct capture_image {
	char release[65];
	bool is_running;  /* release is that of the running kernel */
	char kernel[160]; /* below the root; "" if there is none */
	char image[160];
	char why[IMAGE_WHY_MAX]; /* why no image can be built; "" if one can */
	char doubts[IMAGE_DOUBTS_MAX][IMAGE_WHY_MAX];
	size_t doubts_count;
	struct target target;
	/*
	 * The name that the target's disk gives itself (WWID or serial number).
	 * "" if it has none, or the target does not lie on one disk only.
	 */
	char disk[DISK_ID_MAX];
	struct storage storage;
	struct capture_remote remote;
	struct modules modules;
	/* what opens each LUKS device of storage: a key that the kernel hands
	 * over, or our key slot */
	struct capture_keys keys;
	struct unlock_slot slots[STORAGE_LUKS_MAX];
	size_t slots_count;
	char members[IMAGE_MEMBERS_MAX][BLOCK_TAG_MAX]; /* of a btrfs */
	size_t members_count;
	char host[65];
	char machine[MACHINE_ID_HASH_MAX];
	/* programs that run before and after saving; "": none */
	char pre[CONFIG_VALUE_MAX], post[CONFIG_VALUE_MAX];
	char watchdog[32];	 /* watchdog0; "" if there is none */
	size_t watchdog_modules; /* modules below this index drive it */
	char cmdline[CAPTURE_CMDLINE_MAX];
	struct capture_limits limits;
	bool lacks_text; /* kexec needs text, and cannot see it */
	uint64_t text;
	const char *cannot_load; /* why kexec loads no image; NULL: it can */
	const char *running;	 /* its command line, of the facts */
	bool has_zstd;		 /* for the kernel, and installed */
	bool takes_keys;	 /* that the kernel before it hands over */
	struct image_names programs; /* that have to be in the image */
	struct image_names files;    /* paths below the root */
};

struct capture_image_input {
	const struct root *root;
	const struct config *config;
	const struct facts *facts;
	const char *release; /* NULL: that of the running kernel */
};

/*
 * Never fails: if no image can be built, why says so. Call capture_image_free()
 * afterwards in any case.
 */
void capture_image_make(const struct capture_image_input *in,
			struct capture_image *out);
void capture_image_free(struct capture_image *image);

#endif
