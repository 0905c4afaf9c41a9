// SPDX-License-Identifier: GPL-2.0-or-later
#include "verbs/tar.h"

#include <string.h>

#define BLOCK 512

/* pax(1), "ustar Interchange Format" */
struct header {
	char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], sum[8];
	char type, link[100], magic[6], version[2], owner[32], group[32];
	char major[8], minor[8], prefix[155], pad[12];
};

_Static_assert(sizeof(struct header) == BLOCK, "one block");

static void put_header(FILE *to, const char *path, char type, const char *link,
		       size_t size)
{
	struct header header = { .mode = "0000644",
				 .uid = "0000000",
				 .gid = "0000000",
				 .mtime = "00000000000",
				 .type = type,
				 .magic = "ustar",
				 .version = { '0', '0' } };
	const unsigned char *bytes = (const unsigned char *)&header;
	unsigned int sum = 0;

	/* Our paths are shorter than 100 bytes; a longer one is cut. */
	snprintf(header.name, sizeof(header.name), "%s", path);
	snprintf(header.link, sizeof(header.link), "%s", link);
	snprintf(header.size, sizeof(header.size), "%011zo", size);
	memset(header.sum, ' ', sizeof(header.sum));
	for (size_t i = 0; i < BLOCK; i++)
		sum += bytes[i];
	snprintf(header.sum, sizeof(header.sum), "%06o", sum);
	fwrite(&header, 1, BLOCK, to);
}

void tar_file(FILE *to, const char *path, const char *buf, size_t len)
{
	static const char zeros[BLOCK];

	put_header(to, path, '0', "", len);
	fwrite(buf, 1, len, to);
	if (len % BLOCK)
		fwrite(zeros, 1, BLOCK - len % BLOCK, to);
}

void tar_symlink(FILE *to, const char *path, const char *target)
{
	put_header(to, path, '2', target, 0);
}

void tar_end(FILE *to)
{
	static const char zeros[2 * BLOCK];

	fwrite(zeros, 1, sizeof(zeros), to);
}
