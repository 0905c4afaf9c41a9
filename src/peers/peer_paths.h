/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files of peers and names in them that a snapshot passes on, too. What is done
 * with them is in the file of each peer.
 */
#ifndef PEER_PATHS_H
#define PEER_PATHS_H

#define PATH_KDUMP_TOOLS "etc/default/kdump-tools"
#define PATH_SYSCONFIG	 "etc/sysconfig/kdump" /* kdump-utils and SUSE */
#define PATH_KDUMP_CONF	 "etc/kdump.conf"
#define PATH_GRUB	 "etc/default/grub"
#define PATH_GRUB_D	 "etc/default/grub.d"
/* Somebody's menu entries: update-grub's scripts, and a file of its own. */
#define PATH_GRUB_SCRIPTS   "etc/grub.d"
#define PATH_GRUB_CUSTOM    "boot/grub/custom.cfg"
#define PATH_GRUB_CFG	    "etc/default/grub.d/zz-kdump-dma.cfg" /* ours */
#define PATH_KERNEL_CMDLINE "etc/kernel/cmdline"
#define PATH_PROXMOX_UUIDS  "etc/kernel/proxmox-boot-uuids"
#define PATH_NATIVE	    "etc/kdump-dma.conf.d/90-kdump-dma-plan.conf"

/* Variables that hold what is added to the capture kernel's command line. */
#define KEY_KDUMP_TOOLS "KDUMP_CMDLINE_APPEND"
#define KEY_SYSCONFIG	"KDUMP_COMMANDLINE_APPEND"
#define KEY_SUSE_SIZE	"KDUMP_CRASHKERNEL"
#define KEY_SUSE_UPDATE "KDUMP_UPDATE_BOOTLOADER"
#define KEY_SUSE_CPUS	"KDUMP_CPUS"
#define KEY_SUSE_FOLDER "KDUMP_SAVEDIR"
/* kdump.conf: does kdump-utils put its own crashkernel= back at an update? */
#define KEY_AUTO_RESET "auto_reset_crashkernel"

#endif
