// SPDX-License-Identifier: GPL-2.0-or-later
#include "peers/bootloader.h"

#include <stddef.h>

#include "lib/text.h"

const struct bootloader *const bootloaders[] = {
	&bootloader_ostree,	    &bootloader_ostree_by_hand,
	&bootloader_nixos,	    &bootloader_grubby,
	&bootloader_grub_d,	    &bootloader_proxmox,
	&bootloader_kernel_install, &bootloader_kdumptool,
	&bootloader_alpine,	    &bootloader_extlinux,
	&bootloader_zipl,	    &bootloader_raspberry_tries,
	&bootloader_raspberry,	    &bootloader_u_boot,
	&bootloader_refind,	    &bootloader_limine,
	&bootloader_grub_by_hand,   &bootloader_systemd_boot_by_hand,
	&bootloader_uki_by_hand,    &bootloader_firmware,
	&bootloader_composefs,	    NULL,
};

static const struct bootloader *first(const struct root *root,
				      unsigned int booted, bool may)
{
	for (const struct bootloader *const *at = bootloaders; *at; at++) {
		unsigned int boots = may ? (*at)->may_boot : (*at)->boots;

		/* If nothing tells, take any that apply can change. */
		if (booted ? !(boots & booted) : !!(*at)->advice)
			continue;
		if ((*at)->is_here && (*at)->is_here(root))
			return *at;
	}
	return NULL;
}

/* What manages the boot entries of a system that is one image, or NULL. */
static const struct bootloader *of_image(const struct root *root,
					 const char *cmdline)
{
	/* ostree manages its deployments, whatever boots them. */
	if (bootloader_ostree.is_here(root))
		return &bootloader_ostree;
	if (bootloader_ostree_by_hand.is_here(root))
		return &bootloader_ostree_by_hand;
	return text_has_word(text_of(cmdline), "composefs=")
		       ? &bootloader_composefs
		       : NULL;
}

const struct bootloader *bootloader_detect(const struct root *root,
					   const char *cmdline)
{
	enum booted booted = booted_find(root, cmdline);
	const struct bootloader *found = of_image(root, cmdline);

	/* It holds its command line, also where an image brought it. */
	if (found)
		return booted == BOOTED_STUB ? &bootloader_uki_by_hand : found;
	/* Unlike GRUB these put no BOOT_IMAGE= on the command line. */
	if (!booted && cmdline[0]) {
		found = first(root, BOOTED_OTHER, false);
		if (found)
			return found;
	}
	found = first(root, booted, false);
	if (!found || found->advice) {
		const struct bootloader *other = first(root, booted, true);

		found = other ? other : found;
	}
	/* U-Boot and other firmware leave nothing behind that tells. */
	if (!found && !booted)
		found = first(root, BOOTED_GRUB | BOOTED_OTHER, false);
	return found ? found : &bootloader_unknown;
}
