// SPDX-License-Identifier: GPL-2.0-or-later
/* The words of a kernel command line, as next_arg() of the kernel takes them.
 */
#include "config/cmdline.h"

#include <errno.h>
#include <string.h>

#include "tap.h"

static const struct {
	const char *line;
	/* each word as [name] or [name][value]; "+" after one that is open */
	const char *words;
} lines[] = {
	{ "", "" },
	{ " a  b=1 ", "[a] [b][1]" },
	{ "a\nb\tc\vd\fe\rf\xa0g", "[a] [b] [c] [d] [e] [f] [g]" },
	{ "\"a=1 2\" b", "[a][1 2] [b]" },
	{ "a=\"1 2\" b", "[a][1 2] [b]" },
	{ "\"a\"=\"1\"", "[a\"][1]" },
	{ "a=1\" 2\"3", "[a][1\" 2\"3]" },
	{ "a=\"1 2", "[a][1 2]+" },
	{ "=a =b=c a= \"", "[=a] [=b][c] [a][] []+" },
	{ "a -- b", "[a]" },
	{ "a \"--\" b", "[a]" },
	{ "a --b --=c", "[a] [--b] [--][c]" },
};

static void test_words(void)
{
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct text rest = text_of(lines[i].line), word, name, value;
		char got[128] = "";
		bool is_whole;
		size_t len = 0;

		while (cmdline_word(&rest, &word, &is_whole)) {
			bool has_value = cmdline_parts(word, &name, &value);

			len += (size_t)snprintf(got + len, sizeof(got) - len,
						"%s[%.*s]", len ? " " : "",
						(int)name.len, name.at);
			if (has_value)
				len += (size_t)snprintf(
					got + len, sizeof(got) - len, "[%.*s]",
					(int)value.len, value.at);
			if (!is_whole)
				len += (size_t)snprintf(got + len,
							sizeof(got) - len, "+");
		}
		if (!ok(!strcmp(got, lines[i].words), "taken apart: %s",
			lines[i].words))
			printf("# %s: %s\n", lines[i].line, got);
	}
}

static void test_last(void)
{
	char value[16];

	ok(cmdline_last("a.b=1 \"a-b=2\" a_b=\"3 4\" -- a_b=5", "a_b", value,
			sizeof(value)) &&
		   !strcmp(value, "3 4"),
	   "the last value, quoted or not, before what is for init");
	ok(!cmdline_last("a_b a_bc=1", "a_b", value, sizeof(value)),
	   "a word without a value, and another name: none");
	ok(cmdline_last("a=1 a=", "a", value, sizeof(value)) && !value[0],
	   "a value of no length is one");
}

static void test_set(void)
{
	char line[64];

	ok(!cmdline_set("x=\"1  2\"  \"c-d=1 2\" c_d=3 y", "c_d", "4", line,
			sizeof(line)) &&
		   !strcmp(line, "x=\"1  2\" y c_d=4"),
	   "what is quoted stays as it is, or goes whole");
	ok(!cmdline_set("a c=1 -- b", "c", NULL, line, sizeof(line)) &&
		   !strcmp(line, "a -- b"),
	   "what is for init stays");
	ok(!cmdline_set("a c=1 -- b", "c", "2", line, sizeof(line)) &&
		   !strcmp(line, "a c=2 -- b") &&
		   !cmdline_set("\"--\"", "c", "2", line, sizeof(line)) &&
		   !strcmp(line, "c=2 \"--\""),
	   "and the kernel's stand in front of it");
	ok(cmdline_set("a -- b", "c", "1", line, 10) == -ENOSPC &&
		   !strcmp(line, "a -- b"),
	   "which may not fit");
	ok(cmdline_set("a b", "c", "1", line, 6) == -ENOSPC,
	   "a line that does not fit");
}

static void test_crashkernel(void)
{
	char text[64];

	ok(!cmdline_crashkernel("a crashkernel=1M,high b crashkernel=2M,low",
				text, sizeof(text)) &&
		   !strcmp(text, "crashkernel=1M,high crashkernel=2M,low"),
	   "the words of crashkernel= in order");
	ok(!cmdline_crashkernel("\"crashkernel=1M quiet\" "
				"\"crashkernel=2M\"",
				text, sizeof(text)) &&
		   !strcmp(text, "crashkernel=1M crashkernel=2M\""),
	   "quoted ones, as the kernel reads them");
	ok(!cmdline_crashkernel("xcrashkernel=1M a=\"b crashkernel=2M\" "
				"x=crashkernel=3M,crashkernel=4M crashkernel",
				text, sizeof(text)) &&
		   !strcmp(text, "crashkernel=1M crashkernel=2M\" "
				 "crashkernel=4M"),
	   "the kernel takes the name wherever it stands");
	ok(cmdline_crashkernel("a b", text, sizeof(text)) == -ENOENT,
	   "no crashkernel=: -ENOENT");
	ok(cmdline_crashkernel("crashkernel=1M crashkernel=2M", text, 20) ==
		   -ENOSPC,
	   "words of crashkernel= that do not fit");
}

int main(void)
{
	test_words();
	test_last();
	test_set();
	test_crashkernel();
	return tap_end();
}
