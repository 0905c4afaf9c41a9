// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/partition.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "capture/node.h"

/* Fields of the GPT's header, in bytes from its start. */
#define GPT_ENTRIES_LBA 72
#define GPT_COUNT	80
#define GPT_SIZE	84
/* Fields of an entry, in bytes from its start. */
#define ENTRY_GUID	 16
#define ENTRY_NAME	 56
#define ENTRY_NAME_CHARS 36
#define ENTRY_BYTES	 128

#define MBR_SIGNATURE 440

static uint64_t little(const unsigned char *at, int bytes)
{
	uint64_t value = 0;

	while (bytes-- > 0)
		value = value << 8 | at[bytes];
	return value;
}

/* The disk of a partition: its folder in sysfs is in that of the disk. */
static bool disk_of(const char *name, char *disk, size_t size)
{
	char path[PATH_MAX], link[128];
	char *end, *start;
	ssize_t len;

	snprintf(link, sizeof(link), "/sys/class/block/%s", name);
	len = readlink(link, path, sizeof(path) - 1);
	if (len <= 0)
		return false;
	path[len] = '\0';
	end = strrchr(path, '/');
	if (!end)
		return false;
	*end = '\0';
	start = strrchr(path, '/');
	if (!start)
		return false;
	node_of(start + 1, disk, size);
	return true;
}

static void print_guid(const unsigned char *guid, char *text, size_t size)
{
	snprintf(text, size, "%08x-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x",
		 (unsigned int)little(guid, 4),
		 (unsigned int)little(guid + 4, 2),
		 (unsigned int)little(guid + 6, 2), guid[8], guid[9], guid[10],
		 guid[11], guid[12], guid[13], guid[14], guid[15]);
}

/* Compare a name in UTF-16 with a PARTLABEL. Only ASCII is supported. */
static bool name_is(const unsigned char *at, const char *label)
{
	size_t len = strlen(label);

	if (len == 0 || len > ENTRY_NAME_CHARS)
		return false;
	for (size_t i = 0; i < len; i++)
		if (little(at + 2 * i, 2) != (unsigned char)label[i])
			return false;
	return len == ENTRY_NAME_CHARS || little(at + 2 * len, 2) == 0;
}

static bool gpt_is(int fd, uint64_t sector_bytes, uint64_t number,
		   const char *uuid, const char *label)
{
	unsigned char header[96], entry[ENTRY_BYTES];
	uint64_t at, size;
	char guid[40];

	if (pread(fd, header, sizeof(header), (off_t)sector_bytes) !=
		    (ssize_t)sizeof(header) ||
	    memcmp(header, "EFI PART", 8))
		return false;
	size = little(header + GPT_SIZE, 4);
	if (number == 0 || number > little(header + GPT_COUNT, 4) ||
	    size < ENTRY_BYTES || size > 4096)
		return false;
	at = little(header + GPT_ENTRIES_LBA, 8) * sector_bytes +
	     (number - 1) * size;
	if (at > INT64_MAX || pread(fd, entry, sizeof(entry), (off_t)at) !=
				      (ssize_t)sizeof(entry))
		return false;
	print_guid(entry + ENTRY_GUID, guid, sizeof(guid));
	return uuid ? !strcasecmp(guid, uuid)
		    : name_is(entry + ENTRY_NAME, label);
}

/* The disk's signature and the partition's number: 1234abcd-01 */
static bool mbr_is(int fd, uint64_t number, const char *uuid)
{
	unsigned char mbr[512];
	char text[32];

	if (pread(fd, mbr, sizeof(mbr), 0) != (ssize_t)sizeof(mbr) ||
	    mbr[510] != 0x55 || mbr[511] != 0xaa)
		return false;
	snprintf(text, sizeof(text), "%08x-%02x",
		 (unsigned int)little(mbr + MBR_SIGNATURE, 4),
		 (unsigned int)number);
	return !strcasecmp(text, uuid);
}

bool partition_is(const struct root *root, const char *name, const char *uuid,
		  const char *label)
{
	int fd, sector_bytes = 512;
	uint64_t number;
	char disk[64];
	bool is;

	if (root_read_u64(root, &number, "sys/class/block/%s/partition",
			  name) ||
	    !disk_of(name, disk, sizeof(disk)))
		return false;
	fd = open(disk, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return false;
	if (ioctl(fd, BLKSSZGET, &sector_bytes) || sector_bytes < 512)
		sector_bytes = 512;
	is = gpt_is(fd, (uint64_t)sector_bytes, number, uuid, label) ||
	     (uuid && mbr_is(fd, number, uuid));
	close(fd);
	return is;
}
