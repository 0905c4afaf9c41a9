/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_MODULES_H
#define CAPTURE_MODULES_H

/*
 * A step: load the configuration's modules in their order, for limit_modules
 * seconds at most. A module that crashes or hangs must not hold up the others:
 * after its share of the time it goes on by itself, and the next one is loaded.
 * Each file is removed when it is loaded, to free its memory. 0 or -errno.
 */
int modules_load(void);

#endif
