// SPDX-License-Identifier: GPL-2.0-or-later
#include "peers/bootloader.h"

#include <errno.h>
#include <stdio.h>

const struct bootloader *const bootloaders[] = {
	&bootloader_ostree,	    &bootloader_grubby,	   &bootloader_grub_d,
	&bootloader_kernel_install, &bootloader_kdumptool, NULL,
};

static int refuse_edit(const struct root *root, const char *words,
		       struct edits *edits)
{
	(void)root;
	return edits_refuse(edits, -ENOTSUP,
			    "no boot loader that is known here: put %s on the "
			    "kernel's command line yourself",
			    words);
}

static int refuse_commit(const struct root *root, const char *words,
			 bool is_rest)
{
	(void)root;
	(void)is_rest;
	fprintf(stderr,
		"kdump-dma: no boot loader that is known here: put %s on the "
		"kernel's command line yourself\n",
		words);
	return -ENOTSUP;
}

const struct bootloader bootloader_unknown = {
	.name = "unknown",
	.command = "what puts crashkernel= on the kernel's command line",
	.edit = refuse_edit,
	.commit = refuse_commit,
};

const struct bootloader *bootloader_detect(const struct root *root)
{
	for (const struct bootloader *const *at = bootloaders; *at; at++)
		if ((*at)->is_here && (*at)->is_here(root))
			return *at;
	return &bootloader_unknown;
}
