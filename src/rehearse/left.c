// SPDX-License-Identifier: GPL-2.0-or-later
#include "rehearse/left.h"

#include <string.h>

#include "lib/text.h"

static void take_file(struct text rest, struct left *out)
{
	struct text name, size;
	uint64_t bytes;

	if (!text_word(&rest, &name) || !text_word(&rest, &size) ||
	    text_number(size, 10, &bytes))
		return;
	if (text_equal(name, "vmcore")) {
		out->have_vmcore = bytes > 0;
		out->vmcore_bytes = bytes;
	} else if (text_equal(name, "vmcore-incomplete")) {
		out->have_incomplete = true;
	} else if (text_equal(name, "vmcore-dmesg.txt")) {
		out->have_log = bytes > 0;
	}
}

/* The record ends at a line with a dot only; without one it was cut. */
static char *take_record(char *rest, struct left *out)
{
	char *end = rest ? strstr(rest, "\n.\n") : NULL;

	if (!end)
		return NULL;
	out->record = rest;
	out->record_len = (size_t)(end - rest);
	return end + 3;
}

void left_parse(char *text, struct left *out)
{
	char *rest = text, *line;

	memset(out, 0, sizeof(*out));
	while ((line = strsep(&rest, "\n"))) {
		struct text words = text_of(line);

		if (text_skip(&words, "folder ")) {
			out->folders++;
			text_copy(words, out->folder, sizeof(out->folder));
		} else if (text_skip(&words, "file ")) {
			take_file(words, out);
		} else if (!strcmp(line, "record")) {
			rest = take_record(rest, out);
		} else if (!strcmp(line, "end")) {
			out->whole = true;
		}
	}
}
