// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/disk.h"

#include <string.h>

bool disk_is(const struct root *root, const char *name, const char *id)
{
	/* SCSI; NVMe; virtio; MMC. A partition's folder is in its disk's. */
	static const char *const files[] = { "device/wwid", "wwid", "serial",
					     "device/cid" };
	char text[128];
	ssize_t len;

	for (size_t i = 0; i < 8 && id[0]; i++) {
		len = root_read(root, text, sizeof(text),
				"sys/class/block/%s%s/%s", name,
				i % 2 ? "/.." : "", files[i / 2]);
		while (len > 0 && strchr(" \n", text[len - 1]))
			text[--len] = '\0';
		if (len > 0)
			return !strcmp(text, id);
	}
	return false;
}
