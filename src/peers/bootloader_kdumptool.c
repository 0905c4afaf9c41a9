// SPDX-License-Identifier: GPL-2.0-or-later
/* SUSE: the size stands in /etc/sysconfig/kdump, kdumptool hands it on. */
#include "peers/bootloader.h"
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
	return edits_set_variable(root, edits, PATH_SYSCONFIG, KEY_SUSE_SIZE,
				  words);
}

static int kdumptool_commit(const struct root *root, const char *words,
			    bool is_rest)
{
	static const char *const argv[] = { "kdumptool", "commandline", "-U",
					    NULL };

	(void)root;
	(void)words;
	(void)is_rest;
	return run_or_say(argv, SECONDS_LIMIT);
}

const struct bootloader bootloader_kdumptool = {
	.name = "kdumptool",
	.command = "kdumptool commandline -U",
	.files = { { .path = PATH_SYSCONFIG, .undo = kdumptool_undo } },
	.edit = kdumptool_edit,
	.commit = kdumptool_commit,
};
