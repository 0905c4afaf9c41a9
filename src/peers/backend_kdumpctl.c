// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-utils of Fedora and RHEL: kdump.conf, sysconfig/kdump, kdumpctl. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/kdumpconf.h"
#include "config/shellconf.h"
#include "peers/backend.h"
#include "peers/sysconfig.h"
#include "state/saved.h"

/* kdump.conf: one option a line; the default is yes. */
static void auto_reset_line(void *arg, const struct line *line)
{
	struct text rest = line->text, key, value;

	if (text_word(&rest, &key) && text_equal(key, KEY_AUTO_RESET) &&
	    text_word(&rest, &value))
		*(bool *)arg = !text_equal(value, "no");
}

/* apply writes that option, so it tells of people only if it was there before.
 */
static bool auto_reset_is_ours(const struct root *root)
{
	char *before;
	size_t len;
	struct text line, key, value;
	bool was_no;

	if (saved_before(root, PATH_KDUMP_CONF, &before, &len))
		return false;
	line = kdumpconf_line(before, len, KEY_AUTO_RESET);
	was_no = text_word(&line, &key) && text_word(&line, &value) &&
		 text_equal(value, "no");
	free(before);
	return !was_no;
}

static bool kdumpctl_crashkernel_owner(const struct root *root,
				       enum owner *owner)
{
	bool auto_reset = true;

	*owner = OWNER_ADMINISTRATOR;
	return !root_lines(root, SHELLCONF_FILE_MAX, auto_reset_line,
			   &auto_reset, PATH_KDUMP_CONF) &&
	       !auto_reset && !auto_reset_is_ours(root);
}

/*
 * kdump-utils resets crashkernel= through grubby and rpm-ostree, never
 * elsewhere. An option that stands there twice is an error to kdumpctl, so a
 * line of that name is replaced.
 */
static int kdumpctl_edit_crashkernel(const struct root *root,
				     const struct bootloader *bootloader,
				     struct edits *edits)
{
	const char *text;
	char *new;
	size_t len;
	int err;

	if (bootloader != &bootloader_grubby &&
	    bootloader != &bootloader_ostree)
		return 0;
	err = edits_text(root, edits, PATH_KDUMP_CONF, &text, &len);
	if (err)
		return err;
	new = kdumpconf_with(text, len, KEY_AUTO_RESET,
			     text_of(KEY_AUTO_RESET " no"));
	if (!new)
		return edits_refuse(edits, -ENOMEM, "/%s: %s", PATH_KDUMP_CONF,
				    strerror(ENOMEM));
	err = edits_set_file(root, edits, PATH_KDUMP_CONF, new);
	free(new);
	return err;
}

/* kdump.conf: its one option, unless somebody set it since. */
static int undo_conf(struct undo *undo)
{
	struct text now =
		kdumpconf_line(undo->now, undo->now_len, KEY_AUTO_RESET);
	char *new;

	if (!text_equal(now, KEY_AUTO_RESET " no"))
		return 0;
	new = kdumpconf_with(
		undo->now, undo->now_len, KEY_AUTO_RESET,
		kdumpconf_line(undo->before, undo->before_len, KEY_AUTO_RESET));
	if (!new)
		return -ENOMEM;
	undo_set(undo, new, strlen(new));
	return 0;
}

/* kdump.conf: "path DIR"; the last one counts. */
static void path_line(void *arg, const struct line *line)
{
	struct text rest = line->text, key, value;
	char *path = arg;

	if (!text_word(&rest, &key) || !text_equal(key, "path") ||
	    !text_word(&rest, &value))
		return;
	path[0] = '\0';
	if (value.len < CAPTURE_FOLDER_MAX)
		text_copy(value, path, CAPTURE_FOLDER_MAX);
}

static bool kdumpctl_folder(const struct root *root,
			    const struct config *config, char *value,
			    size_t size)
{
	int err;

	(void)config;
	snprintf(value, size, "%s", BACKEND_FOLDER);
	err = root_lines(root, SHELLCONF_FILE_MAX, path_line, value,
			 PATH_KDUMP_CONF);
	return !err || err == -ENOENT;
}

/* Options of kdump.conf that name a place other than the root file system. */
static void target_line(void *arg, const struct line *line)
{
	static const char *const elsewhere[] = {
		"raw", "nfs",	"ssh",	 "ext2",     "ext3",	    "ext4",
		"xfs", "btrfs", "minix", "virtiofs", "dracut_args",
	};
	struct text rest = line->text, key;

	if (!text_word(&rest, &key))
		return;
	for (size_t i = 0; i < sizeof(elsewhere) / sizeof(*elsewhere); i++)
		if (text_equal(key, elsewhere[i]))
			*(bool *)arg = false;
}

static bool kdumpctl_saves_here(const struct root *root,
				const struct config *config)
{
	bool here = true;

	(void)config;
	return !root_lines(root, SHELLCONF_FILE_MAX, target_line, &here,
			   PATH_KDUMP_CONF) &&
	       here;
}

const struct backend backend_kdumpctl = {
	.name = "kdumpctl",
	.programs = { "usr/bin/kdumpctl" },
	.unit = "kdump.service",
	.initramfs = { "boot/initramfs-%skdump.img",
		       "var/lib/kdump/initramfs-%skdump.img" },
	.files = { { .path = PATH_SYSCONFIG, .undo = sysconfig_undo_append },
		   { .path = PATH_KDUMP_CONF, .undo = undo_conf } },
	.read_append = sysconfig_read_append,
	.edit_pool = sysconfig_edit_pool,
	.crashkernel_owner = kdumpctl_crashkernel_owner,
	.edit_crashkernel = kdumpctl_edit_crashkernel,
	.folder = kdumpctl_folder,
	.saves_here = kdumpctl_saves_here,
	/*
	 * restart builds the image anew if kdump.conf is younger, which apply
	 * may just have changed; killed in the middle of that it leaves nothing
	 * loaded. reload takes the image that is there; nothing in it depends
	 * on the option that apply sets.
	 */
	.reload = { "kdumpctl", "reload" },
	.lock = "run/lock/kdump",
};
