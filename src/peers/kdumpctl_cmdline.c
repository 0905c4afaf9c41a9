// SPDX-License-Identifier: GPL-2.0-or-later
#include "peers/kdumpctl_cmdline.h"

#include <errno.h>

#include "config/cmdline.h"
#include "lib/macros.h"
#include "peers/append.h"
#include "peers/peer_paths.h"
#include "peers/shell_variable.h"

/* A variable that is not set is an empty one. */
static int read_variable(const struct root *root, const char *key, char *value,
			 size_t size)
{
	int err = shell_variable_read(root, PATH_SYSCONFIG, key, value, size);

	return err == -ENOENT ? 0 : err;
}

/* The shell compares names as they stand: "a-b" is not "a_b" there. */
static bool is_removed(struct text name, const char *removed)
{
	static const char *const always[] = {
		"crashkernel",	      "panic_on_warn",	"root",
		"rd.lvm.lv",	      "rd.luks.uuid",	"rd.dm.uuid",
		"rd.md.uuid",	      "fcoe",		"netroot",
		"rd.iscsi.initiator", "iscsi_initiator"
	};
	struct text rest = text_of(removed), word, other, value;
	bool is_whole;

	for (size_t i = 0; i < ARRAY_SIZE(always); i++)
		if (text_equal(name, always[i]))
			return true;
	while (cmdline_word(&rest, &word, &is_whole)) {
		(void)cmdline_parts(word, &other, &value);
		if (text_same(other, name))
			return true;
	}
	return false;
}

int kdumpctl_cmdline(const struct root *root, const char *running, char *out,
		     size_t size)
{
	char line[APPEND_MAX], removed[APPEND_MAX], added[APPEND_MAX];
	struct text rest, word, name, value;
	bool is_whole;
	int err = read_variable(root, "KDUMP_COMMANDLINE", line, sizeof(line));

	out[0] = '\0';
	if (!err)
		err = read_variable(root, "KDUMP_COMMANDLINE_REMOVE", removed,
				    sizeof(removed));
	if (!err)
		err = read_variable(root, "KDUMP_COMMANDLINE_APPEND", added,
				    sizeof(added));
	rest = text_of(!err && line[0] ? line : running);
	while (!err && cmdline_word(&rest, &word, &is_whole)) {
		(void)cmdline_parts(word, &name, &value);
		if (!is_removed(name, removed))
			err = cmdline_add(out, size, word);
	}
	if (!err && added[0])
		err = cmdline_add(out, size, text_of(added));
	if (!err)
		err = cmdline_add(out, size, text_of("rd.systemd.gpt_auto=no"));
	return err;
}
