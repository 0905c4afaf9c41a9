/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of a kernel command line. Pure. */
#ifndef CMDLINE_H
#define CMDLINE_H

#include <stdbool.h>
#include <stddef.h>

/* The value of the last word name= in a command line; false if none. */
bool cmdline_last(const char *cmdline, const char *name, char *buf,
		  size_t size);

/*
 * The words of a command line without those that are name=..., and, unless
 * value is NULL, with name=value at the end. -ENOSPC.
 */
int cmdline_set(const char *words, const char *name, const char *value,
		char *out, size_t size);

/*
 * The whole crashkernel= words of a command line, in order, separated by one
 * blank: what a person would call its value. -ENOENT, -ENOSPC.
 */
int cmdline_crashkernel(const char *cmdline, char *buf, size_t size);

#endif
