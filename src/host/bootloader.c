// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/bootloader.h"

static const char *const names[] = {
	[BOOTLOADER_UNKNOWN] = "unknown",
	[BOOTLOADER_OSTREE] = "rpm-ostree",
	[BOOTLOADER_GRUBBY] = "grubby",
	[BOOTLOADER_GRUB_D] = "update-grub",
	[BOOTLOADER_KERNEL_CMDLINE] = "kernel-install",
	[BOOTLOADER_KDUMPTOOL] = "kdumptool",
};

const char *bootloader_name(enum bootloader bootloader)
{
	return names[bootloader];
}

enum bootloader bootloader_detect(const struct root *root,
				  enum config_backend backend)
{
	if (backend == CONFIG_BACKEND_SUSE)
		return BOOTLOADER_KDUMPTOOL;
	if (root_exists(root, "run/ostree-booted") &&
	    root_exists(root, "usr/bin/rpm-ostree"))
		return BOOTLOADER_OSTREE;
	if (root_exists(root, "usr/sbin/grubby") ||
	    root_exists(root, "usr/bin/grubby"))
		return BOOTLOADER_GRUBBY;
	if (root_exists(root, "usr/sbin/update-grub") &&
	    root_exists(root, "boot/grub/grub.cfg"))
		return BOOTLOADER_GRUB_D;
	if (root_exists(root, "etc/kernel/cmdline") &&
	    root_exists(root, "usr/bin/kernel-install"))
		return BOOTLOADER_KERNEL_CMDLINE;
	return BOOTLOADER_UNKNOWN;
}
