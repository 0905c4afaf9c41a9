/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Block devices as sysfs shows them, and what udev or libblkid finds there. */
#ifndef BLOCK_H
#define BLOCK_H

#include <stdbool.h>

#include "lib/root.h"

#define BLOCK_NAME_MAX 32
#define BLOCK_PATH_MAX 512
#define BLOCK_TAG_MAX  128

struct block {
	char name[BLOCK_NAME_MAX]; /* the kernel's: sda1, dm-0 */
	char path[BLOCK_PATH_MAX]; /* below the root: sys/devices/... */
	unsigned int major, minor;
};

/* What is on a device; "" for what it does not have or is not known. */
struct block_tags {
	char type[BLOCK_NAME_MAX]; /* of the file system: ext4 */
	char uuid[BLOCK_TAG_MAX];
	char uuid_sub[BLOCK_TAG_MAX]; /* of one device of a btrfs */
	char label[BLOCK_TAG_MAX];
	char partuuid[BLOCK_TAG_MAX];
	char partlabel[BLOCK_TAG_MAX];
	char journal[BLOCK_TAG_MAX];	 /* of ext4: UUID of another device */
	char part_start[BLOCK_NAME_MAX]; /* sectors, where udev knows it */
	bool probed; /* by libblkid: journal is known, too */
};

/* By its number, its name, or its node below /dev. 0 or -ENODEV. */
int block_by_number(const struct root *root, unsigned int major,
		    unsigned int minor, struct block *out);
int block_by_name(const struct root *root, const char *name, struct block *out);
int block_by_node(const struct root *root, const char *node, struct block *out);

/*
 * From udev's database. If that has nothing about the device, libblkid reads
 * the device itself. false: neither of them knows anything.
 */
bool block_tags(const struct root *root, const struct block *block,
		struct block_tags *out);
/* By libblkid, also where udev knows the device. */
bool block_probe(const struct root *root, const struct block *block,
		 struct block_tags *out);

/*
 * The device that a tag such as "UUID=..." names. -ENODEV: none here; -EEXIST:
 * several have it.
 */
int block_by_tag(const struct root *root, const char *tag, struct block *out);

/* Do several devices have these UUIDs, also that of one device of a btrfs? */
bool block_has_twin(const struct root *root, const struct block_tags *tags);

#endif
