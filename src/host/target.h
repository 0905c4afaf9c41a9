/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the native backend saves dumps: which file system is meant, how the
 * capture kernel finds it, and whether it can be saved to.
 */
#ifndef TARGET_H
#define TARGET_H

#include "config/config.h"
#include "host/block.h"
#include "host/mounts.h"

#define TARGET_PATH_MAX 512
#define TARGET_WHY_MAX	320

struct target {
	char why[TARGET_WHY_MAX]; /* why it is refused; "" if it is not */
	/* what fstab has on the way to path and is not mounted; "" */
	char unmounted[TARGET_PATH_MAX];
	char device[CONFIG_VALUE_MAX]; /* UUID=..., or a node below /dev */
	char fstype[BLOCK_NAME_MAX];
	char mount_options[32];		  /* of mount(2)'s data */
	char path[TARGET_PATH_MAX];	  /* inside the file system */
	char mounted_at[TARGET_PATH_MAX]; /* on this system; "" if it is not */
	bool is_none; /* target_fallback = none: dumps go elsewhere only */
	struct block block; /* name is "" until it is found */
	struct block_tags tags;
};

/* Never fails; a target that cannot be used says so in why. */
void target_find(const struct root *root, const struct config *config,
		 struct target *out);

/*
 * A file system of this machine, by its tag or node, whoever saves to path in
 * it: without fstype and mount_options, and nothing is refused but a device
 * that is not there or that several could be.
 */
void target_of_device(const struct root *root, const char *device,
		      const char *path, struct target *out);

/* A tree that has no mounts or no devices says nothing about a target. */
bool target_can_be_seen(const struct root *root);

/* Is that mount of this machine one of the target's file system? */
bool target_is_mounted_as(const struct root *root, const struct target *target,
			  struct libmnt_fs *fs);

/*
 * What the mounts say of a folder of this system: fstype, mounted_at, path,
 * device and block are filled as far as they are known, tags are not.
 */
void target_of_folder(const struct root *root, const char *folder,
		      struct target *out);

#endif
