// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/boot_files.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "host/backend.h"
#include "config/crashkernel.h"

#define FILE_BYTES_MAX (128 * 1024)
#define NAME	       "crashkernel="

struct found {
	const struct root *root;
	char *buf;
	size_t size, len;
	int err;
};

static void add(struct found *found, struct text value)
{
	int n = snprintf(found->buf + found->len, found->size - found->len,
			 "%s" NAME "%.*s", found->len ? " " : "",
			 (int)value.len, value.at);

	if (n < 0 || (size_t)n >= found->size - found->len)
		found->err = -ENOSPC;
	else
		found->len += (size_t)n;
}

/* Up to a blank or to what quotes it. */
static void take_value(struct found *found, struct text *rest)
{
	struct text value = { rest->at, 0 };
	struct crashkernel parsed;

	while (value.len < rest->len &&
	       !memchr(" \t\"'`\\", value.at[value.len], 6))
		value.len++;
	rest->at += value.len;
	rest->len -= value.len;
	if (text_contains(value, "$") || !crashkernel_parse(value, &parsed))
		add(found, value);
}

static void look_at(void *arg, const struct line *line)
{
	struct found *found = arg;
	struct text rest = text_trim(line->text);

	if (text_starts(rest, "#"))
		return;
	while (rest.len) {
		if (text_skip(&rest, NAME)) {
			take_value(found, &rest);
			continue;
		}
		rest.at++;
		rest.len--;
	}
}

/* What is not there says nothing; what cannot be read may say anything. */
static void note(struct found *found, int err)
{
	if (err && err != -ENOENT && !found->err)
		found->err = err;
}

static void look_into(struct found *found, const char *path)
{
	note(found, root_lines(found->root, FILE_BYTES_MAX, look_at, found,
			       "%s", path));
}

static void look_into_entry(void *arg, const char *name)
{
	char path[300];
	size_t len = strlen(name);

	snprintf(path, sizeof(path), PATH_GRUB_D "/%s", name);
	if (len > 4 && !strcmp(name + len - 4, ".cfg") &&
	    strcmp(path, PATH_GRUB_CFG))
		look_into(arg, path);
}

int boot_files_crashkernel(const struct root *root, enum bootloader bootloader,
			   char *buf, size_t size)
{
	struct found found = { .root = root, .buf = buf, .size = size };

	buf[0] = '\0';
	switch (bootloader) {
	case BOOTLOADER_GRUB_D:
		look_into(&found, PATH_GRUB);
		note(&found,
		     root_list(root, look_into_entry, &found, PATH_GRUB_D));
		break;
	case BOOTLOADER_KERNEL_CMDLINE:
		look_into(&found, PATH_KERNEL_CMDLINE);
		break;
	default:
		break;
	}
	if (found.err)
		return found.err;
	return found.len ? 0 : -ENOENT;
}
