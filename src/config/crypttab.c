// SPDX-License-Identifier: GPL-2.0-or-later
#include "config/crypttab.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "lib/text.h"

static bool is_uuid(struct text text, const char *uuid)
{
	size_t len = strlen(uuid);

	return text.len == len && len && !strncasecmp(text.at, uuid, len);
}

static bool is_device(struct text device, const char *uuid)
{
	return (text_skip(&device, "UUID=") ||
		text_skip(&device, "/dev/disk/by-uuid/")) &&
	       is_uuid(device, uuid);
}

/* A logon key is named "PREFIX:REST", and a table has no place for blanks. */
static bool is_key(struct text key)
{
	const char *colon = memchr(key.at, ':', key.len);

	if (!colon || colon == key.at || key.len >= CRYPTTAB_KEY_MAX)
		return false;
	for (size_t i = 0; i < key.len; i++)
		if (key.at[i] <= ' ' || key.at[i] > '~')
			return false;
	return true;
}

/* The last of several options counts. */
static int take_options(struct text options, char *key, size_t size)
{
	struct text option;
	int err = -ENOENT;

	while (text_split(&options, ',', &option)) {
		if (!text_skip(&option, "link-volume-key="))
			continue;
		key[0] = '\0';
		err = -EINVAL;
		if (!text_skip(&option, "@u::%logon:") || !is_key(option) ||
		    option.len >= size)
			continue;
		text_copy(option, key, size);
		err = 0;
	}
	return err;
}

int crypttab_key(const char *buf, size_t len, const char *name,
		 const char *uuid, char *key, size_t size)
{
	struct text rest = { buf, len }, line, volume, device, file, options;

	key[0] = '\0';
	while (text_split(&rest, '\n', &line)) {
		if (!text_word(&line, &volume) || volume.at[0] == '#' ||
		    !text_word(&line, &device) ||
		    (!text_equal(volume, name) && !is_device(device, uuid)))
			continue;
		if (!text_word(&line, &file) || !text_word(&line, &options))
			return -ENOENT;
		return take_options(options, key, size);
	}
	return -ENOENT;
}
