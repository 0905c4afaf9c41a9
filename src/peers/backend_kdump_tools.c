// SPDX-License-Identifier: GPL-2.0-or-later
/* Debian's and Ubuntu's kdump-tools: /etc/default/kdump-tools, kdump-config. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config/shellconf.h"
#include "lib/macros.h"
#include "peers/backend.h"
#include "peers/peer_paths.h"

/* kdump-tools.service does nothing then: [ "$USE_KDUMP" -ne 0 ] || exit 0 */
static bool kdump_tools_is_switched_off(const struct root *root)
{
	char value[BOOT_WORDS_MAX];
	int err = shell_variable_read(root, PATH_KDUMP_TOOLS, "USE_KDUMP",
				      value, sizeof(value));

	return err == -ENOENT || (!err && !shell_variable_is_nonzero(value));
}

/*
 * kdump-config's own default, from its own line:
 * KDUMP_CMDLINE_APPEND=${KDUMP_CMDLINE_APPEND:="reset_devices ..."}
 */
static int default_append(const struct root *root, char *value, size_t size)
{
	static const char mark[] =
		"\n" KEY_KDUMP_TOOLS "=${" KEY_KDUMP_TOOLS ":=\"";
	static char buf[SHELLCONF_FILE_MAX + 1];
	ssize_t len =
		root_read(root, buf, sizeof(buf), "usr/sbin/kdump-config");
	const char *start, *end;

	if (len < 0)
		return (int)len;
	start = strstr(buf, mark);
	if (!start)
		return -ENODATA;
	start += strlen(mark);
	end = strpbrk(start, "\"\n");
	if (!end || strncmp(end, "\"}\n", 3) || (size_t)(end - start) >= size)
		return -ENODATA;
	memcpy(value, start, (size_t)(end - start));
	value[end - start] = '\0';
	return shellconf_is_safe(value) ? 0 : -ENODATA;
}

static int kdump_tools_read_append(const struct root *root,
				   const struct config *config,
				   struct append *append)
{
	int err = append_read(root, PATH_KDUMP_TOOLS, KEY_KDUMP_TOOLS, append);

	(void)config;
	if (err)
		return err;
	/* ":=" also replaces a value that is set and empty */
	if (!append->words[0]) {
		err = default_append(root, append->words,
				     sizeof(append->words));
		if (err) {
			snprintf(append->problem, sizeof(append->problem),
				 "/usr/sbin/kdump-config: its default of "
				 "%s was not found",
				 KEY_KDUMP_TOOLS);
			return err;
		}
	}
	return append_check(PATH_KDUMP_TOOLS, append);
}

static int kdump_tools_edit_pool(const struct root *root, const char *append,
				 const char *pool, struct edits *edits)
{
	return append_set_pool(root, PATH_KDUMP_TOOLS, KEY_KDUMP_TOOLS, append,
			       pool, edits);
}

static int kdump_tools_undo(struct undo *undo)
{
	return shell_variable_undo(KEY_KDUMP_TOOLS, undo);
}

static bool kdump_tools_folder(const struct root *root,
			       const struct config *config, char *value,
			       size_t size)
{
	(void)config;
	return !shell_variable_read_or(root, PATH_KDUMP_TOOLS, "KDUMP_COREDIR",
				       BACKEND_FOLDER, value, size);
}

static bool kdump_tools_target(const struct root *root,
			       const struct config *config, char *value,
			       size_t size)
{
	(void)config;
	snprintf(value, size, "auto");
	return shell_variable_is_unset(root, PATH_KDUMP_TOOLS, "NFS") &&
	       shell_variable_is_unset(root, PATH_KDUMP_TOOLS, "SSH") &&
	       shell_variable_is_unset(root, PATH_KDUMP_TOOLS, "FTP");
}

const struct backend backend_kdump_tools = {
	.name = "kdump-tools",
	.programs = { "usr/sbin/kdump-config" },
	.unit = "kdump-tools.service",
	.is_switched_off = kdump_tools_is_switched_off,
	.initramfs = { "var/lib/kdump/initrd.img-%s", "boot/initrd.img-%s" },
	.files = { { .path = PATH_KDUMP_TOOLS, .undo = kdump_tools_undo } },
	.read_append = kdump_tools_read_append,
	.edit_pool = kdump_tools_edit_pool,
	.line = { PATH_KDUMP_TOOLS, "KDUMP_CMDLINE" },
	.boots_system = true,
	.own_sysctls = "etc/kdump/sysctl.conf",
	.folder = kdump_tools_folder,
	.folder_key = "KDUMP_COREDIR in /" PATH_KDUMP_TOOLS,
	.target = kdump_tools_target,
	.reload = { "kdump-config", "reload" },
};
