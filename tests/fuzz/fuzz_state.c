// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "fuzz.h"
#include "state/state.h"

static char *printed(void (*print)(FILE *to, const void *arg), const void *arg,
		     size_t *len)
{
	char *buf = NULL;
	FILE *to = open_memstream(&buf, len);

	PROMISE(to);
	print(to, arg);
	PROMISE(!fclose(to));
	return buf;
}

/* What was read is written; read and written again it is the same. */
static void again(void (*print)(FILE *to, const void *arg), line_fn line,
		  const void *one, void *other, size_t size)
{
	size_t len = 0, len2 = 0;
	char *buf = printed(print, one, &len), *buf2;

	memset(other, 0, size);
	lines_of(buf, len, line, other);
	buf2 = printed(print, other, &len2);
	PROMISE(len == len2 && !memcmp(buf, buf2, len));
	free(buf);
	free(buf2);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct boot boot, boot2;
	static struct applied applied, applied2;
	const char *text = (const char *)data;

	memset(&boot, 0, sizeof(boot));
	lines_of(text, size, boot_line, &boot);
	PROMISE(boot.seen_count <= BOOT_SEEN_MAX);
	again(boot_print, boot_line, &boot, &boot2, sizeof(boot));
	memset(&applied, 0, sizeof(applied));
	lines_of(text, size, applied_line, &applied);
	if (applied.have_crashkernel)
		again(applied_print, applied_line, &applied, &applied2,
		      sizeof(applied));
	return 0;
}
