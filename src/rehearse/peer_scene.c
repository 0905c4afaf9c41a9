// SPDX-License-Identifier: GPL-2.0-or-later
#include "rehearse/peer_scene.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "config/kdumpconf.h"
#include "lib/macros.h"
#include "lib/text.h"
#include "rehearse/squash.h"

#define KDUMP_UTILS_CONF "etc/kdump.conf"

/* Those of which a scratch disk is as the target: btrfs has subvolumes. */
static bool is_played(struct text option)
{
	static const char *const known[] = { "ext2", "ext3", "ext4", "xfs" };

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (text_equal(option, known[i]))
			return true;
	return false;
}

/* False: not by the UUID or label of a file system. */
static bool take_device(struct scene *out, struct text value)
{
	const char *name = NULL;

	if (text_skip(&value, "/dev/disk/by-uuid/") ||
	    text_skip(&value, "UUID="))
		name = "UUID";
	else if (text_skip(&value, "/dev/disk/by-label/") ||
		 text_skip(&value, "LABEL="))
		name = "LABEL";
	if (!name || !value.len || value.len >= 64)
		return false;
	snprintf(out->device, sizeof(out->device), "%s=%.*s", name,
		 (int)value.len, value.at);
	return true;
}

static void take_line(struct scene *out, struct text line, char *why,
		      size_t size)
{
	struct text option, value;

	if (!kdumpconf_pair(line, &option, &value))
		return;
	if (text_equal(option, "path")) {
		text_copy(value, out->path, sizeof(out->path));
	} else if (is_played(option)) {
		text_copy(option, out->fstype, sizeof(out->fstype));
		if (!take_device(out, value))
			snprintf(why, size,
				 "its target %.*s is not found by the UUID or "
				 "label of a file system",
				 (int)(value.len < 100 ? value.len : 100),
				 value.at);
	} else if (kdumpconf_is_elsewhere(option, value)) {
		snprintf(why, size, "it saves by %.*s, which is not played",
			 (int)(option.len < 40 ? option.len : 40), option.at);
	}
}

static void take_module(struct scene *out, struct text path)
{
	if (text_contains(path, "lib/modules/") && text_contains(path, ".ko") &&
	    out->modules_count < SCENE_MODULES_MAX)
		text_copy(path, out->module[out->modules_count++],
			  SCENE_VALUE_MAX);
}

static void take_conf(struct scene *out, struct text conf, char *why,
		      size_t size)
{
	struct text line;

	snprintf(out->path, sizeof(out->path), "/var/crash");
	while (text_split(&conf, '\n', &line))
		take_line(out, line, why, size);
	if (!why[0] && (!out->device[0] || out->path[0] != '/'))
		snprintf(why, size,
			 "/" KDUMP_UTILS_CONF " in the image names no target");
}

static void take_archive(struct scene *out, const struct archive *archive)
{
	for (size_t i = 0; i < archive->count; i++)
		if (S_ISREG(archive->item[i].mode))
			take_module(out, text_of(archive->item[i].path));
}

/* Nearly all of the image is in a squashfs. */
static void take_squash(struct scene *out, const struct member *squash,
			char *why, size_t size)
{
	char *conf = NULL, *list = NULL;
	size_t conf_len, list_len;
	int err = squash_read(squash, KDUMP_UTILS_CONF, &conf, &conf_len);

	if (!err)
		err = squash_read(squash, NULL, &list, &list_len);
	if (err) {
		snprintf(why, size, "/" KDUMP_UTILS_CONF " in its /%s: %s",
			 squash->path,
			 err == -ENOPKG ? "unsquashfs is not installed"
					: strerror(-err));
	} else {
		struct text rest = { list, list_len }, line;

		take_conf(out, (struct text){ conf, conf_len }, why, size);
		while (text_split(&rest, '\n', &line))
			take_module(out, line);
	}
	free(conf);
	free(list);
}

/* An image without kdump.conf: whose it is, and why it is not played. */
static const char *why_not(const struct archive *archive)
{
	if (archive_find(archive, "erofs-root.img"))
		return "what is in the image's erofs-root.img cannot be read";
	if (archive_find(archive, "conf/initramfs.conf"))
		return "an image of kdump-tools starts this machine's own root "
		       "file system and saves from there, which is not played";
	if (archive_find(archive, "etc/sysconfig/kdump"))
		return "an image of SUSE's kdump is not played";
	return "the image is neither of the native backend nor of kdump-utils";
}

bool peer_scene_read(const struct archive *archive, struct scene *out,
		     char *why, size_t size)
{
	const struct member *conf = archive_find(archive, KDUMP_UTILS_CONF);
	const struct member *squash = squash_find(archive);

	why[0] = '\0';
	take_archive(out, archive);
	if (conf && S_ISREG(conf->mode))
		take_conf(out, (struct text){ conf->data, conf->size }, why,
			  size);
	else if (squash)
		take_squash(out, squash, why, size);
	else
		snprintf(why, size, "%s", why_not(archive));
	return !why[0];
}
