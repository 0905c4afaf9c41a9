// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/disk_id.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "lib/macros.h"

#define PAGE_HEADER_BYTES 4 /* of a VPD page; the serial number follows */

/* What cannot be printed ends it; blanks around it do not count. */
static bool tidy(const char *text, char out[static DISK_ID_MAX])
{
	size_t len = 0;

	while (*text == ' ')
		text++;
	while (len + 1 < DISK_ID_MAX && isprint((unsigned char)text[len])) {
		out[len] = text[len] == ' ' ? '_' : text[len];
		len++;
	}
	while (len && out[len - 1] == '_')
		len--;
	out[len] = '\0';
	return len > 0;
}

static bool of_disk(const struct root *root, const char *folder,
		    const char *above, char out[static DISK_ID_MAX])
{
	static const struct {
		const char *file;
		ssize_t skip;
	} files[] = {
		{ "device/wwid", 0 }, /* SCSI */
		{ "wwid", 0 },	      /* NVMe */
		{ "device/vpd_pg80", PAGE_HEADER_BYTES },
		{ "serial", 0 },     /* virtio */
		{ "device/cid", 0 }, /* MMC */
	};
	char text[300];

	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		if (root_read(root, text, sizeof(text), "%s%s/%s", folder,
			      above, files[i].file) > files[i].skip &&
		    tidy(text + files[i].skip, out))
			return true;
	return false;
}

bool disk_id(const struct root *root, const char *folder,
	     char out[static DISK_ID_MAX])
{
	out[0] = '\0';
	/* a partition's folder is in its disk's */
	return of_disk(root, folder, "", out) ||
	       of_disk(root, folder, "/..", out);
}
