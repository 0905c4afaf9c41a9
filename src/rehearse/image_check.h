/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Could the programs of a capture image start? Each program's loader and
 * libraries are looked for in the image itself, as ld.so(8) would, and so are
 * the drivers and files that were meant to be in it. Nothing is run.
 */
#ifndef IMAGE_CHECK_H
#define IMAGE_CHECK_H

#include <stddef.h>

#include "rehearse/archive.h"

#define IMAGE_FAULTS_MAX 32
#define IMAGE_FAULT_MAX	 400

struct image_faults {
	/* "/usr/bin/makedumpfile needs libzstd.so.1, which is not in it" */
	char text[IMAGE_FAULTS_MAX][IMAGE_FAULT_MAX];
	size_t count; /* all of them, also those that found no room */
};

/* One that was told already is not told again. */
void image_check_fault(struct image_faults *faults, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* How many faults are in text. */
size_t image_faults_kept(const struct image_faults *faults);

/* Every program of the image: in a folder for programs, or /init. */
void image_check_programs(const struct archive *archive,
			  struct image_faults *faults);

/* A program by its name, in the folders of programs; or by its whole path. */
void image_check_program(const struct archive *archive, const char *name,
			 struct image_faults *faults);

/*
 * A module, by its path in the image: packed in any way, or not. Whether it is
 * built into the kernel is the caller's to know.
 */
void image_check_module(const struct archive *archive, const char *path,
			struct image_faults *faults);

/* Modules of another kernel than this release cannot be loaded by it. */
void image_check_release(const struct archive *archive, const char *release,
			 struct image_faults *faults);

#endif
