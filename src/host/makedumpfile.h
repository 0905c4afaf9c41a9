/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The version of makedumpfile on this machine. Only the program can tell it:
 * apply, learn and the build ask, and keep the answer, with size and date of
 * the program's file, in /var/lib/kdump-dma/makedumpfile for verbs that only
 * read.
 */
#ifndef MAKEDUMPFILE_H
#define MAKEDUMPFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/root.h"

struct makedumpfile {
	char version[24]; /* "1.7.2"; "" if it is not known */
	char asked[24];	  /* when: 2026-11-26T19:51:45Z */
	/* the file that said so */
	uint64_t bytes;
	uint64_t changed_seconds; /* since 1970 */
};

/* What was kept, if the program is the same file as then; false otherwise. */
bool makedumpfile_known(const struct root *root, struct makedumpfile *out);

/*
 * Ask the program on the live system if that was not done yet, and keep it. 0
 * or -errno of keeping it; a program that does not answer is no error.
 */
int makedumpfile_ask(const struct root *root);

/* "makedumpfile: version 1.7.2 (released on ...)". Pure; false if it is not. */
bool makedumpfile_version(const char *text, char *out, size_t size);

/* Compare "1.7.10" and "1.7.9" as numbers: below, equal to or above 0. */
int makedumpfile_compare(const char *version, const char *other);

#endif
