// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/scsi_id.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define PAGE_HEADER_BYTES 4 /* of a VPD page; the serial number follows */

/* What cannot be printed ends it; blanks around it do not count. */
static bool tidy(const char *text, char *out, size_t size)
{
	size_t len = 0;

	while (*text == ' ')
		text++;
	while (len + 1 < size && isprint((unsigned char)text[len])) {
		out[len] = text[len] == ' ' ? '_' : text[len];
		len++;
	}
	while (len && out[len - 1] == '_')
		len--;
	out[len] = '\0';
	return len > 0;
}

bool scsi_id(const struct root *root, const char *block, char *out, size_t size)
{
	static const struct {
		const char *file;
		ssize_t skip;
	} files[] = {
		{ "device/wwid", 0 },
		{ "wwid", 0 }, /* NVMe */
		{ "device/vpd_pg80", PAGE_HEADER_BYTES },
	};
	char text[300];

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		if (root_read(root, text, sizeof(text), "%s/%s", block,
			      files[i].file) > files[i].skip &&
		    tidy(text + files[i].skip, out, size))
			return true;
	out[0] = '\0';
	return false;
}
