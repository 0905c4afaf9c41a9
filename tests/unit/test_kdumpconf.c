// SPDX-License-Identifier: GPL-2.0-or-later
/* One option of kdump.conf. */
#include "config/kdumpconf.h"

#include <stdlib.h>
#include <string.h>

#include "tap.h"

static const struct {
	const char *name, *in, *line, *want, *without;
} rows[] = {
	{ "an empty file", "", "", "o no\n", "" },
	{ "another option", "path /a\n", "", "path /a\no no\n", "path /a\n" },
	{ "no newline at the end", "path /a", "", "path /a\no no\n",
	  "path /a" },
	{ "the option alone", "o yes\n", "o yes", "o no\n", "" },
	{ "it, with no newline", "o yes", "o yes", "o no\n", "" },
	{ "blanks, and lines around it", "a\n \to  yes\nb", " \to  yes",
	  "a\no no\nb", "a\nb" },
	{ "only what is like it", "#o yes\nof yes\nx o yes\n", "",
	  "#o yes\nof yes\nx o yes\no no\n", "#o yes\nof yes\nx o yes\n" },
	{ "no value", "\n\no\n\n", "o", "\n\no no\n\n", "\n\n\n" },
};

/* What kdump_get_conf_val() of kdump-utils makes of a line. */
static const struct {
	const char *line, *option, *value;
} pairs[] = {
	{ "", NULL, NULL },
	{ " \t", NULL, NULL },
	{ "# path /a", NULL, NULL },
	{ "path /a", "path", "/a" },
	{ "\tpath \t /a b \t", "path", "/a b" },
	{ "path /a#b", "path", "/a" },
	{ "path \"/a\" # b", "path", "/a" },
	{ "path \"/a", "path", "\"/a" },
	{ "path \"", "path", "\"" },
	{ "path \"\"", "path", "" },
	{ "path /a\r", "path", "/a" },
	{ "path", "path", "" },
	{ "path#", "path", "" },
};

static void take_pairs_apart(void)
{
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		struct text option, value;
		bool has =
			kdumpconf_pair(text_of(pairs[i].line), &option, &value);

		ok(has == !!pairs[i].option &&
			   (!has || (text_equal(option, pairs[i].option) &&
				     text_equal(value, pairs[i].value))),
		   "pair %zu", i);
	}
}

/* Somebody's file is given back as it is, but for the line. */
static void zero_byte(void)
{
	static const char in[] = "a\0b\no x\nc\0d\n";
	size_t len;
	char *without =
		kdumpconf_with(in, sizeof(in) - 1, "o", text_of(""), &len);

	ok(without && len == 8 && !memcmp(without, "a\0b\nc\0d\n", len),
	   "zero bytes stay");
	free(without);
}

int main(void)
{
	take_pairs_apart();
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *in = rows[i].in;
		size_t len = strlen(in), with_len, without_len;
		char *with = kdumpconf_with(in, len, "o", text_of("o no"),
					    &with_len);
		char *without =
			kdumpconf_with(in, len, "o", text_of(""), &without_len);

		ok(text_equal(kdumpconf_line(in, len, "o"), rows[i].line) &&
			   with && !strcmp(with, rows[i].want) && without &&
			   !strcmp(without, rows[i].without) &&
			   strlen(with) == with_len &&
			   strlen(without) == without_len,
		   "%s", rows[i].name);
		free(with);
		free(without);
	}
	zero_byte();
	return tap_end();
}
