// SPDX-License-Identifier: GPL-2.0-or-later
#include "peers/append.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config/cmdline.h"
#include "config/shellconf.h"

int append_read(const struct root *root, const char *path, const char *key,
		struct append *append)
{
	int err = shell_variable_read(root, path, key, append->words,
				      sizeof(append->words));

	if (!err || err == -ENOENT)
		return 0;
	if (err == -EINVAL || err == -ENOSPC)
		snprintf(append->problem, sizeof(append->problem),
			 "/%s: %s is set in a way that is not understood", path,
			 key);
	else
		snprintf(append->problem, sizeof(append->problem), "/%s: %s",
			 path, strerror(-err));
	return err;
}

int append_check(const char *path, struct append *append)
{
	if (shellconf_is_safe(append->words))
		return 0;
	snprintf(append->problem, sizeof(append->problem),
		 "/%s: characters that need a shell to read", path);
	return -EINVAL;
}

int append_set_pool(const struct root *root, const char *path, const char *key,
		    const char *words, const char *pool, struct edits *edits)
{
	char value[APPEND_MAX];

	if (cmdline_set(words, "coherent_pool", pool, value, sizeof(value)))
		return edits_refuse(edits, -ENOSPC, "/%s: %s is too long", path,
				    key);
	return edits_set_variable(root, edits, path, key, value);
}
