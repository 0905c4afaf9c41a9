/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which words on the native capture kernel's command line break the promise
 * that the machine reboots by itself, whatever goes wrong.
 */
#ifndef CAPTURE_PROMISE_H
#define CAPTURE_PROMISE_H

#include <stdbool.h>
#include <stddef.h>

/* True if a word of this line breaks it; why names that word. Pure. */
bool capture_promise_broken(const char *line, char *why, size_t size);

#endif
