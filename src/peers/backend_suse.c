// SPDX-License-Identifier: GPL-2.0-or-later
/* SUSE's kdump: /etc/sysconfig/kdump, kdumptool, kdump.service. */
#include <stdlib.h>
#include <string.h>

#include "config/shellconf.h"
#include "peers/backend.h"
#include "peers/sysconfig.h"
#include "state/saved.h"

/* The size before us, if what stands there now is what we wrote. */
static void size_before(const struct root *root, char *value, size_t size)
{
	char *before = NULL, *after = NULL;
	size_t before_len = 0, after_len = 0;
	char ours[BOOT_WORDS_MAX];

	if (!saved_before(root, PATH_SYSCONFIG, &before, &before_len) &&
	    !saved_after(root, PATH_SYSCONFIG, &after, &after_len) &&
	    !shellconf_get(after, after_len, KEY_SUSE_SIZE, ours,
			   sizeof(ours)) &&
	    !strcmp(ours, value) &&
	    shellconf_get(before, before_len, KEY_SUSE_SIZE, value, size))
		value[0] = '\0';
	free(before);
	free(after);
}

static bool suse_crashkernel_owner(const struct root *root, enum owner *owner)
{
	char value[BOOT_WORDS_MAX];

	if (shell_variable_read(root, PATH_SYSCONFIG, KEY_SUSE_SIZE, value,
				sizeof(value)))
		return false;
	size_before(root, value, sizeof(value));
	*owner = !strcmp(value, "auto") ? OWNER_DISTRIBUTION
					: OWNER_ADMINISTRATOR;
	return true;
}

static bool suse_folder(const struct root *root, const struct config *config,
			char *value, size_t size)
{
	(void)config;
	return !shell_variable_read_or(root, PATH_SYSCONFIG, "KDUMP_SAVEDIR",
				       BACKEND_FOLDER, value, size);
}

/* A folder on another machine is a URL, which backend_folder() refuses. */
static bool suse_saves_here(const struct root *root,
			    const struct config *config)
{
	(void)root;
	(void)config;
	return true;
}

const struct backend backend_suse = {
	.name = "suse",
	.programs = { "usr/sbin/kdumptool", "usr/bin/kdumptool" },
	.unit = "kdump.service",
	.bootloader = &bootloader_kdumptool,
	.initramfs = { "var/lib/kdump/initrd", "boot/initrd-%s-kdump" },
	.cpus_default = 32, /* KDUMP_CPUS */
	.files = { { .path = PATH_SYSCONFIG, .undo = sysconfig_undo_append } },
	.read_append = sysconfig_read_append,
	.edit_pool = sysconfig_edit_pool,
	.crashkernel_owner = suse_crashkernel_owner,
	.folder = suse_folder,
	.saves_here = suse_saves_here,
	.reload = { "systemctl", "try-restart", "kdump.service" },
};
