// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/sysctl_files.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/whole_file.h"
#include "lib/macros.h"
#include "lib/names.h"

#define PATH_LAST "etc/sysctl.conf"

/* "kernel.panic" and "kernel/panic" are the same key. */
bool sysctl_is_key(struct text text, const char *key)
{
	if (text.len != strlen(key))
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] != key[i] &&
		    !(text.at[i] == '.' && key[i] == '/'))
			return false;
	return true;
}

/* "KEY = VALUE", and "-" in front of one that may fail. */
void sysctl_file_each(const struct root *root, const char *path, sysctl_fn *fn,
		      void *arg)
{
	char *content = whole_file(root, "%s", path), by[300];
	struct text rest = text_of(content ? content : ""), line, key;

	snprintf(by, sizeof(by), "/%s", path);
	while (text_split(&rest, '\n', &line)) {
		line = text_trim(line);
		if (!line.len || line.at[0] == '#' || line.at[0] == ';')
			continue;
		(void)text_skip(&line, "-");
		if (text_split(&line, '=', &key))
			fn(arg, text_trim(key), text_trim(line), by);
	}
	free(content);
}

/* A link to /dev/null takes the place of its namesakes, too. */
static bool is_there(const struct root *root, const char *path)
{
	int fd = root_openat(root, O_PATH | O_NOFOLLOW, "%s", path);

	if (fd < 0)
		return false;
	close(fd);
	return true;
}

void sysctl_files_each(const struct root *root, sysctl_fn *fn, void *arg)
{
	/* A file of an earlier one is in place of its namesake. */
	static const char *const folders[] = { "etc/sysctl.d", "run/sysctl.d",
					       "usr/local/lib/sysctl.d",
					       "usr/lib/sysctl.d",
					       "lib/sysctl.d" };
	struct names names = { 0 };
	char path[300];

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		(void)!names_add(&names, root, ".conf", folders[i]);
	for (size_t i = 0; i < names.count; i++)
		for (size_t j = 0; j < ARRAY_SIZE(folders); j++) {
			snprintf(path, sizeof(path), "%s/%s", folders[j],
				 names.at[i]);
			if (!is_there(root, path))
				continue;
			sysctl_file_each(root, path, fn, arg);
			break;
		}
	names_free(&names);
	sysctl_file_each(root, PATH_LAST, fn, arg);
}
