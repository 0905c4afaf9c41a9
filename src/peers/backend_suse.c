// SPDX-License-Identifier: GPL-2.0-or-later
/* SUSE's kdump: /etc/sysconfig/kdump, kdumptool, kdump.service. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/crashkernel.h"
#include "config/shellconf.h"
#include "lib/macros.h"
#include "peers/backend.h"
#include "peers/sysconfig.h"
#include "state/saved.h"

/*
 * What the variable said before us, if apply wrote what it says now. A killed
 * apply may have written more than it noted.
 */
static void size_before(const struct root *root, const struct ours *ours,
			char *value, size_t size)
{
	char *before;
	size_t len;

	if (!ours_has(&ours->crashkernel, value) ||
	    saved_get(root, PATH_SYSCONFIG, "before", &before, &len))
		return;
	if (shellconf_get(before, len, KEY_SUSE_SIZE, value, size))
		value[0] = '\0';
	free(before);
}

/* kdumptool writes sizes, also with ,high and ,low; never ranges or offsets. */
static bool is_form_of_kdumptool(const char *words)
{
	struct text rest = text_of(words), word;
	struct crashkernel value;

	while (text_word(&rest, &word))
		if (!text_skip(&word, "crashkernel=") ||
		    crashkernel_parse(word, &value) || value.have_offset ||
		    (value.kind != CRASHKERNEL_SIMPLE &&
		     value.kind != CRASHKERNEL_HIGH &&
		     value.kind != CRASHKERNEL_LOW))
			return false;
	return true;
}

/* kdump-read-config.sh takes the default for an empty value. */
static bool is_auto(const char *size)
{
	struct text text = text_trim(text_of(size));

	return !text.len || text_equal(text, "auto");
}

static bool suse_whose(const struct root *root, const struct asked *asked,
		       const struct ours *ours, const char *words,
		       struct whose *out)
{
	char size[BOOT_WORDS_MAX];

	(void)asked;
	if (shell_variable_read(root, PATH_SYSCONFIG, KEY_SUSE_SIZE, size,
				sizeof(size)))
		return false;
	size_before(root, ours, size, sizeof(size));
	if (!is_auto(size))
		owner_because(out, OWNER_ADMINISTRATOR,
			      "/" PATH_SYSCONFIG " has " KEY_SUSE_SIZE
			      "=%.100s",
			      size);
	else if (!sysconfig_lets_kdumptool_write(root))
		owner_because(out, OWNER_ADMINISTRATOR,
			      "/" PATH_SYSCONFIG
			      " keeps kdumptool from writing it "
			      "(" KEY_SUSE_UPDATE ")");
	else if (is_form_of_kdumptool(words))
		owner_because(out, OWNER_DISTRIBUTION,
			      "kdumptool writes it (" KEY_SUSE_SIZE
			      " is auto)");
	else
		return false;
	return true;
}

/* Does KDUMP_SAVEDIR name another machine? */
static bool is_remote(const char *url)
{
	static const char *const schemes[] = { "nfs://", "ssh://", "sftp://",
					       "ftp://", "cifs://" };

	for (size_t i = 0; i < ARRAY_SIZE(schemes); i++)
		if (text_starts(text_of(url), schemes[i]))
			return true;
	return false;
}

static bool suse_folder(const struct root *root, const struct config *config,
			char *value, size_t size)
{
	(void)config;
	if (shell_variable_read_or(root, PATH_SYSCONFIG, KEY_SUSE_FOLDER,
				   BACKEND_FOLDER, value, size))
		return false;
	if (is_remote(value))
		snprintf(value, size, "%s", BACKEND_FOLDER);
	/* "%20" of a URL is a blank in the folder's name */
	return !strchr(value, '%');
}

static bool suse_target(const struct root *root, const struct config *config,
			char *value, size_t size)
{
	char folder[CONFIG_VALUE_MAX];

	(void)config;
	snprintf(value, size, "auto");
	return shell_variable_read(root, PATH_SYSCONFIG, KEY_SUSE_FOLDER,
				   folder, sizeof(folder)) ||
	       !is_remote(folder);
}

const struct backend backend_suse = {
	.name = "suse",
	.programs = { "usr/sbin/kdumptool", "usr/bin/kdumptool" },
	.unit = "kdump.service",
	.bootloader = &bootloader_kdumptool,
	.initramfs = { "var/lib/kdump/initrd", "boot/initrd-%s-kdump" },
	.cpus_default = 32,
	.cpus_key = KEY_SUSE_CPUS,
	.files = { { .path = PATH_SYSCONFIG, .undo = sysconfig_undo_append } },
	.read_append = sysconfig_read_append,
	.edit_pool = sysconfig_edit_pool,
	.line = { PATH_SYSCONFIG, "KDUMP_COMMANDLINE" },
	.own_panic = "panic=1",
	.whose = suse_whose,
	.folder = suse_folder,
	.folder_key = KEY_SUSE_FOLDER " in /" PATH_SYSCONFIG,
	.target = suse_target,
	.reload = { "systemctl", "try-restart", "kdump.service" },
};
