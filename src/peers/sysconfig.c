// SPDX-License-Identifier: GPL-2.0-or-later
#include "peers/sysconfig.h"

#include <errno.h>

#include "lib/macros.h"

int sysconfig_read_append(const struct root *root, const struct config *config,
			  struct append *append)
{
	int err = append_read(root, PATH_SYSCONFIG, KEY_SYSCONFIG, append);

	(void)config;
	return err ? err : append_check(PATH_SYSCONFIG, append);
}

int sysconfig_edit_pool(const struct root *root, const char *append,
			const char *pool, struct edits *edits)
{
	return append_set_pool(root, PATH_SYSCONFIG, KEY_SYSCONFIG, append,
			       pool, edits);
}

int sysconfig_undo_append(struct undo *undo)
{
	return shell_variable_undo(KEY_SYSCONFIG, undo);
}

bool sysconfig_is_yes(const char *value)
{
	return !value[0] || streq(value, "true") || streq(value, "yes") ||
	       streq(value, "1");
}

bool sysconfig_lets_kdumptool_write(const struct root *root)
{
	char value[16];
	int err = shell_variable_read(root, PATH_SYSCONFIG, KEY_SUSE_UPDATE,
				      value, sizeof(value));

	return err == -ENOENT || (!err && sysconfig_is_yes(value));
}
