// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/say.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "capture/capture.h"

#define SAY_BYTES 800

struct capture *capture;

/*
 * Level 3, because a console may show only errors. The file is opened for each
 * line, because the kernel limits how much is written through one open file.
 */
static void to_kernel_log(const char *text)
{
	char line[900];
	int fd, len;

	len = snprintf(line, sizeof(line), "<3>kdump-dma-capture: %s\n", text);
	if (len >= (int)sizeof(line))
		len = sizeof(line) - 1;
	fd = open("/dev/kmsg", O_WRONLY | O_APPEND | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (write(fd, line, (size_t)len) < 0)
		len = 0; /* nobody else can be told */
	close(fd);
}

void say(const char *format, ...)
{
	char text[SAY_BYTES];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	to_kernel_log(text);
}

/*
 * The first events explain most, so they are kept. The last place always has
 * the latest event.
 */
static void keep(const char *text)
{
	if (capture->events_count < EVENTS_MAX)
		capture->events_count++;
	snprintf(capture->events[capture->events_count - 1], EVENT_BYTES, "%s",
		 text);
}

void say_event(const char *format, ...)
{
	char text[SAY_BYTES];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	to_kernel_log(text);
	keep(text);
}

void say_note(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(capture->noted, sizeof(capture->noted), format, args);
	va_end(args);
	keep(capture->noted);
}

void say_noted(void)
{
	if (capture->noted[0])
		to_kernel_log(capture->noted);
	capture->noted[0] = '\0';
}

void say_tail_add(struct tail *tail, struct text line)
{
	line = text_trim(line);
	if (line.len == 0)
		return;
	text_copy(line, tail->lines[tail->count % TAIL_LINES], TAIL_BYTES);
	tail->count++;
}

void say_tail_line(void *tail, const struct line *line)
{
	say_tail_add(tail, line->text);
}

void say_tail(const struct tail *tail, size_t lines_max)
{
	size_t kept = tail->count < TAIL_LINES ? tail->count : TAIL_LINES;

	if (kept > lines_max)
		kept = lines_max;
	for (size_t i = tail->count - kept; i < tail->count; i++)
		say("%s", tail->lines[i % TAIL_LINES]);
}
