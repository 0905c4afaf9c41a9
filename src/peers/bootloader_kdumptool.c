// SPDX-License-Identifier: GPL-2.0-or-later
/* SUSE: the size stands in /etc/sysconfig/kdump, kdumptool hands it on. */
#include <errno.h>
#include <stdio.h>

#include "peers/bootloader.h"
#include "peers/read_back.h"
#include "peers/run.h"
#include "peers/shell_variable.h"
#include "peers/sysconfig.h"

#define SECONDS_LIMIT 300

static int kdumptool_undo(struct undo *undo)
{
	return shell_variable_undo(KEY_SUSE_SIZE, undo);
}

static int kdumptool_edit(const struct root *root, const char *words,
			  struct edits *edits)
{
	if (!sysconfig_lets_kdumptool_write(root))
		return edits_refuse(edits, -ENOTSUP,
				    "/" PATH_SYSCONFIG
				    " keeps kdumptool from writing the boot "
				    "line (" KEY_SUSE_UPDATE "): put %s on the "
				    "kernel's command line yourself, or set "
				    "that to true",
				    words);
	return edits_set_variable(root, edits, PATH_SYSCONFIG, KEY_SUSE_SIZE,
				  words);
}

/* Read GRUB's configuration, or the entries that systemd-boot or GRUB read. */
static int read_back(const struct root *root, const char *words)
{
	struct read_back seen = { .words = words };

	(void)!read_back_grub_cfg(root, "boot/grub2/grub.cfg", &seen);
	read_back_entries(root, &seen);
	if (seen.having)
		return read_back_say_beside(&seen, "kdumptool") ? -EIO : 0;
	if (!seen.lines)
		return COMMIT_UNSEEN;
	fprintf(stderr,
		"kdump-dma: kdumptool ended well, but none of %u boot entries "
		"has %s, see %s\n",
		seen.lines, words, seen.other);
	return -EIO;
}

static int kdumptool_commit(const struct root *root, const char *words,
			    bool is_unfinished)
{
	static const char *const argv[] = { "kdumptool", "commandline", "-U",
					    NULL };
	int err = run_or_say(argv, SECONDS_LIMIT);

	(void)is_unfinished;
	return !err && words && words[0] ? read_back(root, words) : err;
}

const struct bootloader bootloader_kdumptool = {
	.name = "kdumptool",
	.command = "kdumptool commandline -U",
	.files = { { .path = PATH_SYSCONFIG, .undo = kdumptool_undo } },
	.edit = kdumptool_edit,
	.commit = kdumptool_commit,
};
