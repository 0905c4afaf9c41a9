/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BOOTLOADER_OSTREE_H
#define BOOTLOADER_OSTREE_H

#include <stddef.h>

#include "peers/boot_words.h"

#define BOOTLOADER_OSTREE_OPTIONS_MAX 32

/* Options of "rpm-ostree kargs". */
struct bootloader_ostree_options {
	char option[BOOTLOADER_OSTREE_OPTIONS_MAX][BOOT_WORDS_MAX + 16];
	size_t count;
};

/*
 * What turns the crashkernel= words of a deployment into others, in the order
 * in which these stand; none if they are the same. 0, or -E2BIG: more words
 * than there is room for. Pure.
 */
int bootloader_ostree_change(const char *now, const char *words,
			     struct bootloader_ostree_options *out);

#endif
