/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Does a panic of the capture kernel end in a reboot? */
#ifndef PANIC_WORDS_H
#define PANIC_WORDS_H

#include <stdbool.h>
#include <stddef.h>

enum panic_words {
	PANIC_WORDS_UNKNOWN, /* the words are not known */
	PANIC_WORDS_REBOOT,
	PANIC_WORDS_MISSING, /* nobody set them: it stops for ever */
	PANIC_WORDS_CHOSEN,  /* somebody wants it to stop: panic=0 for it */
};

/*
 * running: words of the running kernel, which the capture kernel inherits;
 * NULL: not known. append: what the backend adds. For PANIC_WORDS_MISSING what
 * has to be added is put into add. Pure.
 */
enum panic_words panic_words_of(const char *running, const char *append,
				char *add, size_t size);

#endif
