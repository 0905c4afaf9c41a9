/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_SAY_H
#define CAPTURE_SAY_H

#include <stddef.h>

#include "lib/lines.h"
#include "lib/text.h"

/*
 * Write a line into the kernel's log, and so to the console. A write to the
 * terminal itself would wait for ever if that was told to stop (^S, XOFF, no
 * CTS); the kernel does not wait.
 */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Say that something failed, and keep it for the record. */
void say_event(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * The same for PID 1, which writes nothing: printing may take long, or for ever
 * on a console that hangs. The next step writes it, by say_noted().
 */
void say_note(const char *format, ...) __attribute__((format(printf, 1, 2)));
void say_noted(void);

/* The last lines of a program's output, without what '\r' overwrote. */
#define TAIL_LINES 60
#define TAIL_BYTES 400

struct tail {
	char lines[TAIL_LINES][TAIL_BYTES];
	size_t count; /* all lines, also those that are not kept */
};

void say_tail_add(struct tail *tail, struct text line);
/* Keep a line of a program. tail is a struct tail. */
void say_tail_line(void *tail, const struct line *line);
/* Say the last lines_max of them. */
void say_tail(const struct tail *tail, size_t lines_max);

#endif
