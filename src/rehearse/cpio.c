// SPDX-License-Identifier: GPL-2.0-or-later
#include "rehearse/cpio.h"

#include <string.h>
#include <sys/stat.h>

#define BLOCK_BYTES 512

static void pad(FILE *to, size_t multiple)
{
	long at = ftell(to);

	while (at >= 0 && (size_t)at++ % multiple)
		putc(0, to);
}

static void member(FILE *to, const char *path, unsigned int mode,
		   const void *data, size_t len)
{
	/* A link count above 1 would make the kernel look for hard links. */
	fprintf(to,
		"070701%08x%08x%08x%08x%08x%08x%08zx%08x%08x%08x%08x%08zx%08x",
		0, mode, 0, 0, 1, 0, len, 0, 0, 0, 0, strlen(path) + 1, 0);
	fputs(path, to);
	putc(0, to);
	pad(to, 4);
	if (len)
		fwrite(data, 1, len, to);
	pad(to, 4);
}

void cpio_folders(FILE *to, const char *path)
{
	char folder[512];
	const char *slash = path;

	while ((slash = strchr(slash, '/')) &&
	       (size_t)(slash - path) < sizeof(folder)) {
		memcpy(folder, path, (size_t)(slash - path));
		folder[slash - path] = '\0';
		member(to, folder, S_IFDIR | 0755, NULL, 0);
		slash++;
	}
}

void cpio_file(FILE *to, const char *path, unsigned int mode, const void *data,
	       size_t len)
{
	member(to, path, S_IFREG | mode, data, len);
}

void cpio_end(FILE *to)
{
	member(to, "TRAILER!!!", 0, NULL, 0);
	pad(to, BLOCK_BYTES);
}
