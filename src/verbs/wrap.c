// SPDX-License-Identifier: GPL-2.0-or-later
#include "verbs/wrap.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "lib/text.h"

#define WIDTH_MIN 40 /* less would be one word a line */

size_t wrap_width(FILE *to)
{
	struct winsize size;

	if (!isatty(fileno(to)) || ioctl(fileno(to), TIOCGWINSZ, &size) ||
	    size.ws_col < WIDTH_MIN)
		return 0;
	return size.ws_col;
}

/* How much of it stands on a line: up to its last blank in there. */
static size_t fitting(struct text line, size_t width, size_t indent)
{
	size_t at = width;

	if (line.len <= width)
		return line.len;
	while (at > indent && line.at[at] != ' ')
		at--;
	if (at > indent)
		return at;
	/* A word that is longer than the line. */
	for (at = width; at < line.len && line.at[at] != ' ';)
		at++;
	return at;
}

static void print_line(FILE *to, struct text line, size_t width, size_t indent)
{
	size_t room = width, in = indent;

	while (line.len) {
		size_t n = fitting(line, room, in);

		fprintf(to, "%.*s\n", (int)n, line.at);
		line.at += n;
		line.len -= n;
		line = text_trim(line);
		if (line.len)
			fprintf(to, "%*s", (int)indent, "");
		room = width - indent;
		in = 0;
	}
}

void wrap_print(FILE *to, const char *text, size_t len, size_t width,
		size_t indent)
{
	struct text rest = { text, len }, line;

	if (!width) {
		fwrite(text, 1, len, to);
		return;
	}
	while (text_split(&rest, '\n', &line)) {
		if (line.len)
			print_line(to, line, width, indent);
		else
			fputc('\n', to);
	}
}
