// SPDX-License-Identifier: GPL-2.0-or-later
#include "state/saved.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "state/file.h"
#include "state/state.h"

/* "etc%default%kdump-tools.before" */
static void name_of(const char *path, const char *suffix, char *out,
		    size_t size)
{
	snprintf(out, size, "%s.%s", path, suffix);
	for (char *at = out; *at; at++)
		if (*at == '/')
			*at = '%';
}

int saved_put(const struct root *root, const char *path, const char *suffix,
	      const char *buf, size_t len)
{
	const struct text text = { buf ? buf : "", buf ? len : 0 };
	char name[128];

	name_of(path, suffix, name, sizeof(name));
	return state_write(root, SAVED_DIR, name, file_print_text, &text);
}

int saved_has(const struct root *root, const char *path, const char *suffix)
{
	char name[128];
	int fd;

	name_of(path, suffix, name, sizeof(name));
	fd = root_openat(root, O_PATH, "%s/%s", SAVED_DIR, name);
	if (fd < 0)
		return fd == -ENOENT || fd == -ENOTDIR ? 0 : fd;
	close(fd);
	return 1;
}

int saved_get(const struct root *root, const char *path, const char *suffix,
	      char **buf, size_t *len)
{
	char name[128], whole[sizeof(SAVED_DIR) + 128];

	name_of(path, suffix, name, sizeof(name));
	snprintf(whole, sizeof(whole), "%s/%s", SAVED_DIR, name);
	return file_read(root, whole, SAVED_FILE_MAX, buf, len);
}

int saved_drop(const struct root *root, const char *path, const char *suffix)
{
	char name[128], whole[sizeof(SAVED_DIR) + 128];

	name_of(path, suffix, name, sizeof(name));
	snprintf(whole, sizeof(whole), "%s/%s", SAVED_DIR, name);
	return file_remove(root, whole);
}

int saved_equals(const struct root *root, const char *path, const char *suffix,
		 const char *buf, size_t len)
{
	char *other;
	size_t other_len;
	int err = saved_get(root, path, suffix, &other, &other_len), same;

	if (err)
		return err == -ENOENT || err == -ENOTDIR ? 0 : err;
	same = other_len == len && !memcmp(other, buf, len);
	free(other);
	return same;
}
