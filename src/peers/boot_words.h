/* SPDX-License-Identifier: GPL-2.0-or-later */
/* crashkernel= in the files that the next boot line is made from. */
#ifndef BOOT_WORDS_H
#define BOOT_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/root.h"

/* All crashkernel= words of a boot line, with one blank between them. */
#define BOOT_WORDS_MAX		512
#define BOOT_WORDS_REPLACED_MAX 320

struct boot_words {
	char text[BOOT_WORDS_MAX];
	size_t len;
	int err; /* the first error: a file cannot be read, or -ENOSPC */
	/* "": none. A sentence: words in a file that do not count, and why. */
	char replaced[BOOT_WORDS_REPLACED_MAX];
};

/*
 * A line of a file, and what the lines before it left. Zeroed but for is_plain:
 * a new file.
 */
struct boot_scan {
	struct text rest;
	bool is_plain;	/* no shell: a comment is a whole line */
	char quote;	/* that is open; 0: none */
	bool begins;	/* a word begins here */
	bool elsewhere; /* in a variable that is not for Linux' own line */
};

/* Go on with the next line of that file, which is shell or kernel/cmdline. */
void boot_scan_line(struct boot_scan *scan, struct text line);

/*
 * The line's next crashkernel= value, which may be empty; false: it has no
 * more. Comments, and what GRUB gives Xen and other systems, are skipped. A
 * value with what only a shell can expand is whole; any other ends where no
 * value goes on.
 */
bool boot_scan_next(struct boot_scan *scan, struct text *value);

/*
 * Add the crashkernel= words of a file, but for empty ones. A missing file adds
 * nothing; one that cannot be read is an error.
 */
void boot_words_add_file(const struct root *root, const char *path,
			 struct boot_words *words);

/* The same of what such a file has. */
void boot_words_add_text(const char *buf, size_t len, struct boot_words *words);

/* Add the words of another, and its error. */
void boot_words_join(struct boot_words *words, const struct boot_words *more);

/* Keep the first error that is not -ENOENT. */
void boot_words_note(struct boot_words *words, int err);

#endif
