// SPDX-License-Identifier: GPL-2.0-or-later
/* Lines come out whole, however the chunks were cut, in fixed memory. */
#include <stdlib.h>
#include <string.h>

#include "lib/lines.h"
#include "lib/text.h"
#include "tap.h"

struct seen {
	char text[256];
	size_t lines;
	size_t longest;
	bool cut;
	bool unended;
};

static void note(void *arg, const struct line *line)
{
	struct seen *seen = arg;

	seen->lines++;
	if (line->text.len > seen->longest)
		seen->longest = line->text.len;
	seen->cut |= line->cut;
	seen->unended |= line->unended;
	if (strlen(seen->text) + line->text.len + 2 < sizeof(seen->text)) {
		strncat(seen->text, line->text.at, line->text.len);
		strcat(seen->text, "|");
	}
}

static void every_chunk_size(const char *input, const char *want, size_t lines,
			     bool unended)
{
	size_t len = strlen(input), size;

	for (size = 1; size <= len + 1; size++) {
		struct seen seen = { 0 };
		struct lines *cutter = malloc(sizeof(*cutter));

		lines_begin(cutter, note, &seen);
		for (size_t at = 0; at < len; at += size)
			lines_feed(cutter, input + at,
				   at + size < len ? size : len - at);
		lines_end(cutter);
		free(cutter);
		if (strcmp(seen.text, want) || seen.lines != lines ||
		    seen.unended != unended || seen.cut)
			break;
	}
	ok(size == len + 2, "\"%s\" in chunks of every size", want);
}

static void long_line(void)
{
	size_t len = 10 << 20;
	char *input = malloc(len);
	struct seen seen = { 0 };

	memset(input, 'x', len);
	input[len - 3] = '\n';
	lines_of(input, len, note, &seen);
	ok(seen.lines == 2 && seen.cut && seen.longest == LINE_BYTES_MAX,
	   "a line of 10 MB is cut at %d bytes, and the next one is whole",
	   LINE_BYTES_MAX);
	free(input);
}

static void words(void)
{
	struct text rest = text_of("  a\tbc   d "), word;
	char copy[4];

	ok(text_word(&rest, &word) && text_equal(word, "a") &&
		   text_word(&rest, &word) && text_equal(word, "bc") &&
		   text_word(&rest, &word) && text_equal(word, "d") &&
		   !text_word(&rest, &word),
	   "words end at blanks");
	rest = text_of("a,,b");
	ok(text_split(&rest, ',', &word) && text_equal(word, "a") &&
		   text_split(&rest, ',', &word) && word.len == 0 &&
		   text_split(&rest, ',', &word) && text_equal(word, "b") &&
		   !text_split(&rest, ',', &word),
	   "an empty part is a part");
	text_copy(text_of("a\x1b[2Jb"), copy, sizeof(copy));
	ok(strcmp(copy, "a?[") == 0, "a copy is cut and printable");
}

int main(void)
{
	every_chunk_size("one\ntwo\n\nfour\n", "one|two||four|", 4, false);
	every_chunk_size("one\ntw", "one|tw|", 2, true);
	every_chunk_size("\n", "|", 1, false);
	every_chunk_size("", "", 0, false);
	long_line();
	words();
	return tap_end();
}
