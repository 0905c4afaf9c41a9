/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_MODULES_H
#define CAPTURE_MODULES_H

/*
 * A step: load the configuration's modules in their order, for limit_modules
 * seconds at most. One that crashes or hangs must not keep the others: after
 * its share of that time the next one is loaded, and it is left to itself. Each
 * file is removed when it is loaded: its memory comes back. 0 or -errno.
 */
int modules_load(void);

#endif
