/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_TEXT_H
#define KERNEL_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/root.h"

/*
 * kexec(8) finds the kernel of arm64 by the symbol _text, which a kernel
 * without CONFIG_KALLSYMS_ALL does not show (Debian 12's); without it its ELF
 * header is nonsense, and it ends well. True if the symbol is missing there,
 * and what else the kernel shows tells its address for certain.
 */
bool kernel_text_missing(const struct root *root, const char *machine,
			 uint64_t *address);

#endif
