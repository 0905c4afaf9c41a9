// SPDX-License-Identifier: GPL-2.0-or-later
#include "peers/shell_variable.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/shellconf.h"
#include "lib/macros.h"

#define VALUE_MAX 2048

int shell_variable_read(const struct root *root, const char *path,
			const char *key, char *value, size_t size)
{
	static char buf[SHELLCONF_FILE_MAX + 1];
	ssize_t len = root_read(root, buf, sizeof(buf), "%s", path);

	value[0] = '\0';
	if (len == -ENOENT || len == -ENOTDIR)
		return -ENOENT;
	return len < 0 ? (int)len
		       : shellconf_get(buf, (size_t)len, key, value, size);
}

int shell_variable_read_or(const struct root *root, const char *path,
			   const char *key, const char *fallback, char *value,
			   size_t size)
{
	int err = shell_variable_read(root, path, key, value, size);

	if (err && err != -ENOENT)
		return err;
	if (!value[0])
		snprintf(value, size, "%s", fallback);
	return 0;
}

bool shell_variable_is_unset(const struct root *root, const char *path,
			     const char *key)
{
	char value[VALUE_MAX];
	int err = shell_variable_read(root, path, key, value, sizeof(value));

	return err == -ENOENT || (!err && !value[0]);
}

bool shell_variable_is_nonzero(const char *value)
{
	char *end;
	long number;

	errno = 0;
	number = strtol(value, &end, 10);
	end += strspn(end, " \t");
	return end > value && !*end && !errno && number;
}

int shell_variable_undo(const char *key, struct undo *undo)
{
	char was[VALUE_MAX], wrote[VALUE_MAX], now[VALUE_MAX];
	char *new;
	size_t new_len;
	int unset, err;

	unset = shellconf_get(undo->before, undo->before_len, key, was,
			      sizeof(was));
	if (shellconf_get(undo->after, undo->after_len, key, wrote,
			  sizeof(wrote)) ||
	    shellconf_get(undo->now, undo->now_len, key, now, sizeof(now)) ||
	    !streq(wrote, now) || (!unset && streq(was, now)))
		return 0;
	err = unset ? shellconf_unset(undo->now, undo->now_len, key, &new,
				      &new_len)
		    : shellconf_set(undo->now, undo->now_len, key, was, &new,
				    &new_len);
	if (err)
		return err;
	undo_set(undo, new, new_len);
	return 0;
}
