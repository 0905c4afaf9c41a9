// SPDX-License-Identifier: GPL-2.0-or-later
#include "peers/append.h"

#include <errno.h>
#include <stdio.h>

#include "config/cmdline.h"
#include "config/shellconf.h"

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
