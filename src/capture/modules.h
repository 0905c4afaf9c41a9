/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_MODULES_H
#define CAPTURE_MODULES_H

#include <stdbool.h>

/*
 * A step: load the configuration's modules in their order, from where the last
 * run ended, for one that crashes or hangs must not keep the others. Each file
 * is removed when it is loaded: its memory comes back. Returns 0.
 */
int modules_load(void);

/* Are there any that no run has tried yet? */
bool modules_left(void);

#endif
