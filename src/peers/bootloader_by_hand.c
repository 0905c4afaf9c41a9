// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Boot loaders that are known, and whose files only people change: what they
 * are told to do.
 */
#include "peers/bootloader.h"

/* An image that is updated as a whole, without rpm-ostree. */
static bool bootc_is_here(const struct root *root)
{
	return root_exists(root, "run/ostree-booted") &&
	       !root_exists(root, "usr/bin/rpm-ostree");
}

const struct bootloader bootloader_ostree_by_hand = {
	.name = "ostree",
	.is_here = bootc_is_here,
	.boots = ~0u,
	.advice = "this is an ostree system without rpm-ostree: run \"ostree "
		  "admin kargs edit-in-place --append-if-missing=%s\", with an "
		  "option for each word, or put the words into "
		  "/usr/lib/bootc/kargs.d of the image",
};

/* bootc's other kind of image: nothing of ostree is there. */
const struct bootloader bootloader_composefs = {
	.name = "composefs",
	.advice = "this system is booted from an image, whose entries the "
		  "image's own tool writes: put %s into /usr/lib/bootc/kargs.d "
		  "of the image, or for this image only into options of its "
		  "entry in loader/entries of the boot partition",
};

static bool nixos_is_here(const struct root *root)
{
	return root_exists(root, "etc/NIXOS");
}

/* Whatever boots it, and whichever file the words would stand in. */
const struct bootloader bootloader_nixos = {
	.name = "NixOS",
	.is_here = nixos_is_here,
	.boots = ~0u,
	.advice = "NixOS makes its boot entries anew from its configuration: "
		  "put %s into boot.kernelParams, each word in quotes, and run "
		  "nixos-rebuild boot",
};

/* Alpine's program makes extlinux.conf of that file, at each new kernel. */
static bool alpine_is_here(const struct root *root)
{
	return root_exists(root, "etc/update-extlinux.conf") &&
	       root_exists(root, "boot/extlinux.conf") &&
	       !root_exists(root, "boot/grub/grub.cfg");
}

const struct bootloader bootloader_alpine = {
	.name = "extlinux",
	.is_here = alpine_is_here,
	.boots = BOOTED_GRUB | BOOTED_OTHER, /* it sets BOOT_IMAGE=, too */
	.advice = "extlinux boots this machine: put %s into "
		  "default_kernel_opts of /etc/update-extlinux.conf, and run "
		  "update-extlinux",
};

#define EXTLINUX_ADVICE                                                        \
	"extlinux boots this machine: put %s into U_BOOT_PARAMETERS "          \
	"of /etc/default/u-boot and run u-boot-update, or where that "         \
	"is not installed into append of extlinux.conf"

static bool extlinux_conf_is_here(const struct root *root)
{
	return root_exists(root, "boot/extlinux/extlinux.conf") ||
	       root_exists(root, "extlinux/extlinux.conf");
}

static bool extlinux_is_here(const struct root *root)
{
	return !root_exists(root, "boot/grub/grub.cfg") &&
	       extlinux_conf_is_here(root);
}

const struct bootloader bootloader_extlinux = {
	.name = "extlinux",
	.is_here = extlinux_is_here,
	.boots = BOOTED_GRUB | BOOTED_OTHER, /* it sets BOOT_IMAGE=, too */
	.advice = EXTLINUX_ADVICE,
};

/* U-Boot reads the same file, sets no BOOT_IMAGE=, and may start GRUB, too. */
const struct bootloader bootloader_u_boot = {
	.name = "extlinux",
	.is_here = extlinux_conf_is_here,
	.boots = BOOTED_OTHER,
	.advice = EXTLINUX_ADVICE,
};

static bool zipl_is_here(const struct root *root)
{
	return root_exists(root, "etc/zipl.conf") &&
	       !root_exists(root, "boot/grub/grub.cfg");
}

const struct bootloader bootloader_zipl = {
	.name = "zipl",
	.is_here = zipl_is_here,
	.boots = BOOTED_GRUB | BOOTED_OTHER, /* BOOT_IMAGE=0 */
	.advice = "zipl boots this machine: put %s into parameters of "
		  "/etc/zipl.conf, or where /boot/loader/entries has entries "
		  "into their options (and into /etc/kernel/cmdline, if that "
		  "is there, for kernels to come), and run zipl",
};

static bool firmware_is_here(const struct root *root)
{
	return root_exists(root, "boot/firmware/cmdline.txt");
}

const struct bootloader bootloader_raspberry = {
	.name = "cmdline.txt",
	.is_here = firmware_is_here,
	.boots = BOOTED_OTHER,
	.advice = "the firmware reads /boot/firmware/cmdline.txt: add %s to "
		  "its line",
};

/* Of Ubuntu, which tries new kernels in a folder beside this one. */
static bool firmware_tries_is_here(const struct root *root)
{
	return root_exists(root, "boot/firmware/current/cmdline.txt");
}

const struct bootloader bootloader_raspberry_tries = {
	.name = "cmdline.txt",
	.is_here = firmware_tries_is_here,
	.boots = BOOTED_OTHER,
	.advice = "the firmware reads /boot/firmware/current/cmdline.txt: add "
		  "%s to its line",
};

static bool refind_is_here(const struct root *root)
{
	return root_exists(root, "boot/refind_linux.conf");
}

const struct bootloader bootloader_refind = {
	.name = "rEFInd",
	.is_here = refind_is_here,
	.boots = BOOTED_OTHER,
	.advice = "rEFInd boots this machine: put %s into each line of "
		  "/boot/refind_linux.conf, or into options of refind.conf",
};

static bool limine_is_here(const struct root *root)
{
	return root_exists(root, "boot/limine.conf") ||
	       root_exists(root, "boot/limine/limine.conf") ||
	       root_exists(root, "etc/default/limine");
}

const struct bootloader bootloader_limine = {
	.name = "Limine",
	.is_here = limine_is_here,
	.boots = BOOTED_OTHER,
	.advice = "Limine boots this machine: put %s into cmdline: of "
		  "limine.conf, or where its hooks are installed into "
		  "KERNEL_CMDLINE of /etc/default/limine",
};

static bool grub_is_here(const struct root *root)
{
	return root_exists(root, "etc/default/grub");
}

const struct bootloader bootloader_grub_by_hand = {
	.name = "grub",
	.is_here = grub_is_here,
	.boots = BOOTED_GRUB,
	.advice = "GRUB boots this machine, and neither grubby nor an "
		  "update-grub that reads /etc/default/grub.d is there: put %s "
		  "into GRUB_CMDLINE_LINUX of /etc/default/grub, and run "
		  "grub-mkconfig -o with the path of your grub.cfg",
};

static bool always(const struct root *root)
{
	(void)root;
	return true;
}

const struct bootloader bootloader_systemd_boot_by_hand = {
	.name = "systemd-boot",
	.is_here = always,
	.boots = BOOTED_SYSTEMD_BOOT,
	.advice = "systemd-boot boots this machine, and what writes its "
		  "entries is not known: put %s into options of the entry in "
		  "loader/entries of the boot partition (and into "
		  "/etc/kernel/cmdline, if that is there, for kernels to come)",
};

const struct bootloader bootloader_firmware = {
	.name = "firmware",
	.is_here = always,
	.boots = BOOTED_FIRMWARE,
	.advice = "the firmware starts this kernel itself (EFI stub): put %s "
		  "into the arguments of its boot entry, which efibootmgr "
		  "shows, or where a program makes that entry into what that "
		  "reads",
};

const struct bootloader bootloader_uki_by_hand = {
	.name = "uki",
	.is_here = always,
	.boots = BOOTED_STUB,
	.advice = "this kernel came from a unified kernel image, which holds "
		  "its command line: put %s into an addon, \"ukify build "
		  "--cmdline=... --output=kdump-dma.addon.efi\", in "
		  "loader/addons of the EFI system partition, or in "
		  "EFI/Linux/NAME.efi.extra.d there",
};

const struct bootloader bootloader_unknown = {
	.name = "unknown",
	.advice = "no boot loader that is known here: put %s on the kernel's "
		  "command line yourself",
};
