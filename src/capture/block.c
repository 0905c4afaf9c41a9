// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/block.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/btrfs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "capture/node.h"
#include "capture/partition.h"
#include "lib/macros.h"
#include "lib/text.h"

/* All superblocks in the table below lie in the first bytes of a device. */
#define HEAD_BYTES 0x11000

/*
 * Where the superblock of a file system has magic, UUID and label. Only f2fs
 * has a label in UTF-16.
 */
struct superblock {
	uint32_t magic_at;
	uint8_t magic_len;
	bool label_is_utf16;
	uint16_t label_len; /* in bytes */
	uint32_t uuid_at;
	uint32_t label_at;
	const char *magic;
};

static const struct superblock superblocks[] = {
	/* ext2, ext3, ext4 */
	{ 0x438, 2, false, 16, 0x468, 0x478, "\x53\xef" },
	{ 0, 4, false, 12, 0x20, 0x6c, "XFSB" },
	{ 0x10040, 8, false, 256, 0x10020, 0x1012b, "_BHRfS_M" },
	/* f2fs */
	{ 0x400, 4, true, 1024, 0x46c, 0x47c, "\x10\x20\xf5\xf2" },
	{ 0x8000, 4, false, 16, 0x8088, 0x8098, "JFS1" },
	/* nilfs2 */
	{ 0x406, 2, false, 80, 0x498, 0x4a8, "\x34\x34" },
	{ 0x10034, 6, false, 16, 0x10054, 0x10064, "ReIsEr" },
	/* bcachefs */
	{ 0x1018, 4, false, 32, 0x1038, 0x1048, "\xc6\x85\x73\xf6" },
};

#define BTRFS_AT	 0x10000
#define BTRFS_UUID_AT	 (BTRFS_AT + 0x20)
#define BTRFS_MAGIC_AT	 (BTRFS_AT + 0x40)
#define BTRFS_DEVICES_AT (BTRFS_AT + 0x88)
#define BTRFS_THIS_AT	 (BTRFS_AT + 0xc9 + 0x42) /* dev_item.uuid */

#define LUKS_UUID_AT	0xa8
#define LUKS_UUID_BYTES 40

static char head[HEAD_BYTES];

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Compare with "1234abcd-...", in any case and with or without dashes. */
static bool uuid_is(const char *bytes, const char *text)
{
	for (int i = 0; i < 16; i++) {
		int high, low;

		while (*text == '-')
			text++;
		high = digit(*text);
		low = high < 0 ? -1 : digit(text[1]);
		if (low < 0 || (unsigned char)bytes[i] != high * 16 + low)
			return false;
		text += 2;
	}
	return *text == '\0';
}

static bool label_is(const struct superblock *sb, const char *label)
{
	size_t step = sb->label_is_utf16 ? 2 : 1, len = strlen(label);
	const char *at = head + sb->label_at;

	if (len == 0 || len * step > sb->label_len)
		return false;
	for (size_t i = 0; i < len; i++)
		if (at[i * step] != label[i] || (step == 2 && at[i * step + 1]))
			return false;
	return len * step == sb->label_len || at[len * step] == '\0';
}

static bool read_head(const char *node)
{
	int fd = open(node, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	size_t len = 0;
	ssize_t got;

	memset(head, 0, sizeof(head));
	if (fd < 0)
		return false;
	while (len < sizeof(head)) {
		got = pread(fd, head + len, sizeof(head) - len, (off_t)len);
		if (got <= 0)
			break;
		len += (size_t)got;
	}
	close(fd);
	return len > 0;
}

static void look_at_btrfs(struct block *block)
{
	block->is_btrfs = memcmp(head + BTRFS_MAGIC_AT, "_BHRfS_M", 8) == 0;
	if (!block->is_btrfs)
		return;
	memcpy(block->btrfs_uuid, head + BTRFS_UUID_AT, 16);
	memcpy(&block->btrfs_devices, head + BTRFS_DEVICES_AT, 8);
	memcpy(block->btrfs_this, head + BTRFS_THIS_AT, 16);
}

/* Look for a file system that has this UUID or this label. */
static void look_for(const char *node, const char *uuid, const char *label,
		     struct block *block)
{
	if (!read_head(node))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(superblocks); i++) {
		const struct superblock *sb = &superblocks[i];

		if (memcmp(head + sb->magic_at, sb->magic, sb->magic_len))
			continue;
		if (uuid ? !uuid_is(head + sb->uuid_at, uuid)
			 : !label_is(sb, label))
			continue;
		block->is_target = true;
		if (sb->magic_at == BTRFS_MAGIC_AT)
			look_at_btrfs(block);
	}
}

/* Both versions of LUKS have magic and UUID, as text, at the same place. */
static bool is_luks(const char *node, const char *uuid)
{
	return read_head(node) && !memcmp(head, "LUKS\xba\xbe", 6) &&
	       strlen(uuid) < LUKS_UUID_BYTES &&
	       !strncmp(head + LUKS_UUID_AT, uuid, LUKS_UUID_BYTES);
}

static void note_name(void *arg, const char *name)
{
	(void)name;
	*(bool *)arg = true;
}

static bool is_part_of_another(const struct root *root, const char *name)
{
	bool has_holder = false;

	return root_list(root, note_name, &has_holder,
			 "sys/class/block/%s/holders", name) == 0 &&
	       has_holder;
}

/* True if path is the device's node in /dev, or its name in /dev/mapper. */
static bool is_called(const struct root *root, const char *name,
		      const char *path)
{
	char node[64], mapped[128];
	ssize_t len;

	node_of(name, node, sizeof(node));
	if (!strcmp(node, path))
		return true;
	len = root_read(root, mapped, sizeof(mapped),
			"sys/class/block/%s/dm/name", name);
	if (len <= 0 || strncmp(path, "/dev/mapper/", 12))
		return false;
	mapped[len - 1] = '\0';
	return !strcmp(mapped, path + 12);
}

/* True if device names its partition or its path, not what is on it. */
static bool is_named(const struct root *root, const char *name,
		     const char *device)
{
	if (!strncmp(device, "PARTUUID=", 9))
		return partition_is(root, name, device + 9, NULL);
	if (!strncmp(device, "PARTLABEL=", 10))
		return partition_is(root, name, NULL, device + 10);
	return is_called(root, name, device);
}

/* A device that is known by its name may be one of several of a btrfs. */
static void look_at_named(const char *node, struct block *block)
{
	block->is_target = true;
	if (read_head(node))
		look_at_btrfs(block);
}

void block_look(const struct root *root, const char *name, const char *device,
		struct block *block)
{
	char node[64];
	uint64_t sectors;

	memset(block, 0, sizeof(*block));
	if (root_read_u64(root, &sectors, "sys/class/block/%s/size", name) ||
	    sectors == 0 || is_part_of_another(root, name))
		return;
	node_of(name, node, sizeof(node));
	if (!strncmp(device, "UUID=", 5))
		look_for(node, device + 5, NULL, block);
	else if (!strncmp(device, "LABEL=", 6))
		look_for(node, NULL, device + 6, block);
	else if (!strncmp(device, "LUKS=", 5))
		block->is_target = is_luks(node, device + 5);
	else if (is_named(root, name, device))
		look_at_named(node, block);
}

void block_uuid_text(const uint8_t bytes[16], char text[33])
{
	for (int i = 0; i < 16; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
}

void block_tell_btrfs(const char *node)
{
	struct btrfs_ioctl_vol_args args = { 0 };
	int fd = open("/dev/btrfs-control", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return;
	snprintf(args.name, sizeof(args.name), "%s", node);
	if (ioctl(fd, BTRFS_IOC_SCAN_DEV, &args) < 0)
		errno = 0; /* ignored: mount then says what is missing */
	close(fd);
}
