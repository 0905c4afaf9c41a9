/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sections of a PE file, as a unified kernel image is one: the kernel in
 * .linux, its release in .uname, its command line in .cmdline (UAPI group,
 * UKI).
 */
#ifndef PE_H
#define PE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Where a section lies in the file, in bytes, without its padding. 0, -ENOENT
 * if there is no such section, -EINVAL if it is no PE file or ends too early.
 */
int pe_section(int fd, const char *name, uint32_t *at, uint32_t *len);

/* A section that is a text; "" with every error. -ENOSPC if it is longer. */
int pe_text(int fd, const char *name, char *out, size_t size);

#endif
