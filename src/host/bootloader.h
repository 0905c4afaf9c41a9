/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the production kernel gets its command line here. */
#ifndef BOOTLOADER_H
#define BOOTLOADER_H

#include "config/config.h"
#include "lib/root.h"

enum bootloader {
	BOOTLOADER_UNKNOWN,
	BOOTLOADER_OSTREE, /* rpm-ostree kargs */
	BOOTLOADER_GRUBBY,
	BOOTLOADER_GRUB_D, /* Debian: /etc/default/grub.d, update-grub */
	BOOTLOADER_KERNEL_CMDLINE, /* /etc/kernel/cmdline, kernel-install */
	BOOTLOADER_KDUMPTOOL,	   /* SUSE: kdumptool commandline -U */
};

enum bootloader bootloader_detect(const struct root *root,
				  enum config_backend backend);
const char *bootloader_name(enum bootloader bootloader);

#endif
