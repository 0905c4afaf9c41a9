/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whatever goes wrong in the native capture kernel, the machine reboots by
 * itself: which words on that kernel's command line break this.
 */
#ifndef CAPTURE_PROMISE_H
#define CAPTURE_PROMISE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * false: the words of this line keep the promise. true: one breaks it, and why
 * is a sentence that names it. Pure.
 */
bool capture_promise_broken(const char *line, char *why, size_t size);

#endif
