/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the next boot will be given, as it stands where the boot loader reads
 * it: grub.cfg, entries of the Boot Loader Specification, the command line in
 * unified kernel images.
 */
#ifndef READ_BACK_H
#define READ_BACK_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/root.h"

struct read_back {
	const char *words;   /* the crashkernel= words that are looked for */
	const char *release; /* only what boots this kernel counts; NULL: all */
	bool only_images;   /* entries of files other than these do not count */
	unsigned int lines; /* command lines that were seen */
	unsigned int having; /* of them, those with exactly these words */
	char other[256];     /* where the first with other words is */
	/*
	 * One with other words that may boot in place of another file of the
	 * same entry, beside which it lies (boot_tries.h): the first, or ""
	 */
	char beside[256];
};

/* The lines of a grub.cfg that load a Linux kernel. 0 or -errno. */
int read_back_grub_cfg(const struct root *root, const char *path,
		       struct read_back *seen);

/*
 * Read entries and unified kernel images of each mounted boot partition, these
 * with what addons append to their command lines (systemd-stub(7)).
 */
void read_back_entries(const struct root *root, struct read_back *seen);

/* Tell people of what is beside. True if something is. */
bool read_back_say_beside(const struct read_back *seen, const char *program);

/*
 * The section .cmdline of a unified kernel image. 0; -ENOENT: it has none;
 * -EINVAL: not such a file; -ENOSPC. Pure, but for reads of fd.
 */
int read_back_uki_cmdline(int fd, char *cmdline, size_t size);

#endif
