/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_BLOCK_H
#define CAPTURE_BLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/root.h"

/* What is on a block device, as far as that shows whether it is the target. */
struct block {
	bool is_target;
	bool is_btrfs;
	uint8_t btrfs_uuid[16]; /* of the file system */
	uint64_t btrfs_devices; /* that the file system has */
	uint8_t btrfs_this[16]; /* dev_item.uuid: of this device */
};

/*
 * Look at the block device called name in /sys/class/block. device is UUID=,
 * LABEL=, PARTUUID=, PARTLABEL=, LUKS= (a UUID) or a path in /dev. A device
 * that is a part of another one (a RAID's, a volume group's, a path of several)
 * is never the target. Reads from the device, so it may hang on a dead one.
 */
void block_look(const struct root *root, const char *name, const char *device,
		struct block *block);

/* The UUID without dashes, as block_look() takes it after UUID=. */
void block_uuid_text(const uint8_t bytes[16], char text[33]);

/* Tell the kernel of a device of a btrfs: it mounts one if it knows all. */
void block_tell_btrfs(const char *node);

#endif
