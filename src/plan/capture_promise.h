/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which words on the native capture kernel's command line break the promise
 * that the machine reboots by itself, whatever goes wrong.
 */
#ifndef CAPTURE_PROMISE_H
#define CAPTURE_PROMISE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * true if a word of this line breaks the promise; why is a sentence that names
 * it. Pure.
 */
bool capture_promise_broken(const char *line, char *why, size_t size);

#endif
