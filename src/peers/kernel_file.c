// SPDX-License-Identifier: GPL-2.0-or-later
#include "peers/kernel_file.h"

#include <stdio.h>
#include <string.h>

/* format with its "%s", if it has one, replaced. */
static bool fill(const char *format, const char *release, char *out,
		 size_t size)
{
	const char *mark = strstr(format, "%s");
	int n = mark ? snprintf(out, size, "%.*s%s%s", (int)(mark - format),
				format, release, mark + 2)
		     : snprintf(out, size, "%s", format);

	return n > 0 && (size_t)n < size;
}

bool kernel_file_first(const struct root *root, const char *const formats[],
		       const char *release, char *out, size_t size)
{
	for (size_t i = 0; formats[i]; i++)
		if (fill(formats[i], release, out, size) &&
		    root_exists(root, "%s", out))
			return true;
	out[0] = '\0';
	return false;
}

bool kernel_file_find(const struct root *root, const char *release, char *out,
		      size_t size)
{
	static const char *const kernels[] = {
		"boot/vmlinuz-%s", "usr/lib/modules/%s/vmlinuz",
		"boot/Image-%s",   "boot/vmlinux-%s",
		"boot/image-%s",   NULL,
	};

	return kernel_file_first(root, kernels, release, out, size);
}
