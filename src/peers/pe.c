// SPDX-License-Identifier: GPL-2.0-or-later
#include "peers/pe.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#define PE_OFFSET_AT	  60 /* in the DOS header */
#define COFF_BYTES	  24 /* with the signature in front of it */
#define SECTION_BYTES	  40
#define SECTION_NAME_MAX  8
#define SECTION_LEN_AT	  8 /* as loaded, without padding */
#define SECTION_OFFSET_AT 20

static uint32_t le16(const unsigned char *at)
{
	return (uint32_t)at[0] | (uint32_t)at[1] << 8;
}

static uint32_t le32(const unsigned char *at)
{
	return le16(at) | le16(at + 2) << 16;
}

static bool get(int fd, void *buf, size_t len, uint64_t at)
{
	return pread(fd, buf, len, (off_t)at) == (ssize_t)len;
}

static int find_section(int fd, uint64_t table, uint32_t count,
			const char *name, uint32_t *at, uint32_t *len)
{
	unsigned char section[SECTION_BYTES];

	for (uint32_t i = 0; i < count; i++) {
		if (!get(fd, section, sizeof(section),
			 table + (uint64_t)i * SECTION_BYTES))
			return -EINVAL;
		if (strncmp((const char *)section, name, SECTION_NAME_MAX))
			continue;
		*len = le32(section + SECTION_LEN_AT);
		*at = le32(section + SECTION_OFFSET_AT);
		return 0;
	}
	return -ENOENT;
}

int pe_section(int fd, const char *name, uint32_t *at, uint32_t *len)
{
	unsigned char head[64], coff[COFF_BYTES];
	uint32_t pe;

	if (!get(fd, head, sizeof(head), 0) || head[0] != 'M' || head[1] != 'Z')
		return -EINVAL;
	pe = le32(head + PE_OFFSET_AT);
	if (!get(fd, coff, sizeof(coff), pe) || memcmp(coff, "PE\0", 4))
		return -EINVAL;
	/* the table lies behind a header whose length it names */
	return find_section(fd, (uint64_t)pe + COFF_BYTES + le16(coff + 20),
			    le16(coff + 6), name, at, len);
}

int pe_text(int fd, const char *name, char *out, size_t size)
{
	uint32_t at, len;
	int err = pe_section(fd, name, &at, &len);

	out[0] = '\0';
	if (err)
		return err;
	if (len >= size)
		return -ENOSPC;
	if (!get(fd, out, len, at)) {
		out[0] = '\0';
		return -EINVAL;
	}
	out[len] = '\0';
	return 0;
}
