// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/lines.h"

#include <string.h>

void lines_begin(struct lines *lines, line_fn fn, void *arg)
{
	lines->fn = fn;
	lines->arg = arg;
	lines->len = 0;
	lines->cut = false;
	lines->after_loss = false;
}

static void hand_out(struct lines *lines, bool unended)
{
	struct line line = {
		.text = { lines->buf, lines->len },
		.cut = lines->cut,
		.unended = unended,
		.after_loss = lines->after_loss,
	};

	lines->fn(lines->arg, &line);
	lines->len = 0;
	lines->cut = false;
	lines->after_loss = false;
}

/* Hand out a line that lies wholly inside the chunk, without copying it. */
static void hand_out_whole(struct lines *lines, const char *at, size_t len)
{
	struct line line = {
		.text = { at, len },
		.after_loss = lines->after_loss,
	};

	lines->fn(lines->arg, &line);
	lines->after_loss = false;
}

static void append(struct lines *lines, const char *at, size_t len)
{
	size_t room = sizeof(lines->buf) - lines->len;

	if (len > room) {
		len = room;
		lines->cut = true;
	}
	memcpy(lines->buf + lines->len, at, len);
	lines->len += len;
}

void lines_feed(struct lines *lines, const char *chunk, size_t len)
{
	while (len > 0) {
		const char *end = memchr(chunk, '\n', len);
		size_t part = end ? (size_t)(end - chunk) : len;

		if (end && lines->len == 0 && part <= sizeof(lines->buf)) {
			hand_out_whole(lines, chunk, part);
		} else {
			append(lines, chunk, part);
			if (!end)
				return;
			hand_out(lines, false);
		}
		chunk += part + 1;
		len -= part + 1;
	}
}

void lines_end(struct lines *lines)
{
	if (lines->len > 0 || lines->cut)
		hand_out(lines, true);
}

void lines_of(const char *buf, size_t len, line_fn fn, void *arg)
{
	static struct lines lines;

	lines_begin(&lines, fn, arg);
	lines_feed(&lines, buf, len);
	lines_end(&lines);
}
