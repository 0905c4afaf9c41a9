/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a block device lies on: the drivers on the way to its bus, and what has
 * to be put together before it appears. From sysfs only.
 */
#ifndef STORAGE_H
#define STORAGE_H

#include "host/block.h"

#define STORAGE_NAMES_MAX 96
#define STORAGE_NAME_MAX  56 /* MODULE_NAME_LEN of the kernel */
#define STORAGE_STEPS_MAX 24
#define STORAGE_STEP_MAX  640
#define STORAGE_SEEN_MAX  256
#define STORAGE_WHY_MAX	  256
#define STORAGE_LUKS_MAX  8

enum storage_program {
	STORAGE_MDADM = 1 << 0,
	STORAGE_MDMON = 1 << 1, /* metadata that the kernel does not write */
	STORAGE_LVM = 1 << 2,
	STORAGE_CRYPTSETUP = 1 << 3,
};

struct storage_luks {
	char uuid[BLOCK_TAG_MAX];   /* in its header */
	char node[BLOCK_NAME_MAX];  /* what it is on, by the kernel's name */
	char mapped[BLOCK_TAG_MAX]; /* what it is called when it is open */
};

struct storage {
	char why[STORAGE_WHY_MAX]; /* why it cannot be used; "" if it can */
	/* modules of the drivers, those next to the bus first */
	char drivers[STORAGE_NAMES_MAX][STORAGE_NAME_MAX];
	size_t drivers_count;
	/* "lvm VG", "mdraid", "luks UUID NAME [PREFIX]" ..., from the disk up;
	 * PREFIX is how the name of the device begins that LUKS is on */
	char steps[STORAGE_STEPS_MAX][STORAGE_STEP_MAX];
	size_t steps_count;
	unsigned int programs; /* enum storage_program */
	/* LUKS devices among what was added; and is there a disk of it that
	 * lies below none of them? */
	struct storage_luks luks[STORAGE_LUKS_MAX];
	size_t luks_count;
	bool has_plain_disk;
	/* paths in sysfs that were looked at already */
	char seen[STORAGE_SEEN_MAX][BLOCK_PATH_MAX];
	size_t seen_count;
};

void storage_init(struct storage *storage);

/* Add what this device needs; called for each device of a file system. */
void storage_add(const struct root *root, const struct block *block,
		 struct storage *storage);

/* Add the drivers of a device, such as a watchdog; path as in struct block. */
void storage_add_device(const struct root *root, const char *path,
			struct storage *storage);

#endif
