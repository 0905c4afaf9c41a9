// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define FILE_BYTES_MAX ((size_t)32 << 20)
#define FIRST_BYTES    ((size_t)64 << 10)

/* A file of /proc says a size of 0: the buffer grows as the file does. */
static char *read_all(int fd)
{
	size_t size = FIRST_BYTES, len = 0;
	char *text = malloc(size);

	while (text) {
		ssize_t got = read(fd, text + len, size - 1 - len);
		char *longer;

		if (got == 0) {
			text[len] = '\0';
			return text;
		}
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			root_failed(NULL, fd, -errno);
		if (got < 0 || size > FILE_BYTES_MAX)
			break;
		len += (size_t)got;
		if (len < size - 1)
			continue;
		longer = realloc(text, size *= 2);
		if (!longer)
			break;
		text = longer;
	}
	free(text);
	return NULL;
}

char *whole_file(const struct root *root, const char *format, ...)
{
	char path[PATH_MAX], *text;
	va_list args;
	int n, fd;

	va_start(args, format);
	n = vsnprintf(path, sizeof(path), format, args);
	va_end(args);
	if (n < 0 || (size_t)n >= sizeof(path))
		return NULL;
	fd = root_openat(root, O_RDONLY, "%s", path);
	if (fd < 0)
		return NULL;
	text = read_all(fd);
	close(fd);
	return text;
}
