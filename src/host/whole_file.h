/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef WHOLE_FILE_H
#define WHOLE_FILE_H

#include "lib/root.h"

/*
 * All of a file of up to 32 MiB, NUL-terminated; the caller frees it. NULL if
 * it cannot be read.
 */
char *whole_file(const struct root *root, const char *format, ...)
	__attribute__((format(printf, 2, 3), warn_unused_result));

#endif
