/* SPDX-License-Identifier: GPL-2.0-or-later */
/* crashkernel= in the files that the next boot line is made from. */
#ifndef BOOT_WORDS_H
#define BOOT_WORDS_H

#include <stddef.h>

#include "lib/root.h"

/* All crashkernel= words of a boot line, with one blank between them. */
#define BOOT_WORDS_MAX 512

struct boot_words {
	char text[BOOT_WORDS_MAX];
	size_t len;
	int err; /* the first error: a file cannot be read, or -ENOSPC */
};

/*
 * Add the crashkernel= words of a file; its comments are skipped. A value that
 * only a shell can expand counts; one that the kernel would refuse does not. A
 * missing file adds nothing; one that cannot be read is an error.
 */
void boot_words_add_file(const struct root *root, const char *path,
			 struct boot_words *words);

/* Keep the first error that is not -ENOENT. */
void boot_words_note(struct boot_words *words, int err);

#endif
