// SPDX-License-Identifier: GPL-2.0-or-later
#include "peers/boot_words.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/macros.h"
#include "peers/peer_paths.h"

#define FILE_BYTES_MAX (128 * 1024)
#define NAME	       "crashkernel="

/* What snprintf() put behind the words, or as much of it as fits: all or none.
 */
static void take(struct boot_words *words, int n)
{
	if (n >= 0 && (size_t)n < sizeof(words->text) - words->len) {
		words->len += (size_t)n;
		return;
	}
	words->text[words->len] = '\0';
	boot_words_note(words, -ENOSPC);
}

static void add(struct boot_words *words, struct text value)
{
	take(words, snprintf(words->text + words->len,
			     sizeof(words->text) - words->len, "%s" NAME "%.*s",
			     words->len ? " " : "", (int)value.len, value.at));
}

static size_t span_until(struct text text, const char *ends)
{
	size_t len = 0;

	while (len < text.len && !memchr(ends, text.at[len], strlen(ends)))
		len++;
	return len;
}

/* Quotes before it open or close; a shell puts both sides together. */
static struct text value_of(struct text rest)
{
	size_t len;

	while (rest.len && (rest.at[0] == '"' || rest.at[0] == '\'')) {
		rest.at++;
		rest.len--;
	}
	len = span_until(rest, " \t\"'`\\");
	if (memchr(rest.at, '$', len))
		return (struct text){ rest.at, len };
	/* A pattern that takes it out is no value. */
	if (len && !isalnum((unsigned char)rest.at[0]))
		len = 0;
	len = span_until((struct text){ rest.at, len }, ";&|<>(){}[]/*?^#\r");
	return (struct text){ rest.at, len };
}

static bool is_elsewhere(struct text line)
{
	static const char *const names[] = { "GRUB_CMDLINE_XEN",
					     "GRUB_CMDLINE_LINUX_XEN_REPLACE",
					     "GRUB_CMDLINE_NETBSD",
					     "GRUB_CMDLINE_GNUMACH",
					     "GRUB_CMDLINE_LINUX_RECOVERY" };

	line = text_trim(line);
	if (text_skip(&line, "export "))
		line = text_trim(line);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (text_starts(line, names[i]))
			return true;
	return false;
}

void boot_scan_line(struct boot_scan *scan, struct text line)
{
	scan->rest = line;
	if (scan->is_plain && text_starts(text_trim(line), "#"))
		scan->rest.len = 0;
	scan->begins = true;
	if (!scan->quote)
		scan->elsewhere = is_elsewhere(line);
}

static void step(struct boot_scan *scan)
{
	char c = scan->rest.at[0];
	size_t n = 1;

	if (c == '\\' && scan->quote != '\'')
		n = scan->rest.len > 1 ? 2 : 1;
	else if (scan->quote == c)
		scan->quote = '\0';
	else if (!scan->quote && (c == '"' || c == '\''))
		scan->quote = c;
	scan->begins = c == ' ' || c == '\t' || c == ';';
	scan->rest.at += n;
	scan->rest.len -= n;
}

bool boot_scan_next(struct boot_scan *scan, struct text *value)
{
	while (scan->rest.len) {
		if (!scan->is_plain && scan->begins && !scan->quote &&
		    scan->rest.at[0] == '#')
			break;
		if (text_skip(&scan->rest, NAME)) {
			scan->begins = false;
			*value = value_of(scan->rest);
			if (!scan->elsewhere)
				return true;
			continue;
		}
		step(scan);
	}
	return false;
}

struct reading {
	struct boot_words *words;
	struct boot_scan scan;
};

static void look_at(void *arg, const struct line *line)
{
	struct reading *reading = arg;
	struct text value;

	boot_scan_line(&reading->scan, line->text);
	while (boot_scan_next(&reading->scan, &value))
		if (value.len)
			add(reading->words, value);
}

void boot_words_note(struct boot_words *words, int err)
{
	if (err && err != -ENOENT && !words->err)
		words->err = err;
}

void boot_words_add_text(const char *buf, size_t len, struct boot_words *words)
{
	struct reading reading = { .words = words };
	struct text rest = { buf, len };
	struct line line = { 0 };

	while (text_split(&rest, '\n', &line.text))
		look_at(&reading, &line);
}

void boot_words_join(struct boot_words *words, const struct boot_words *more)
{
	boot_words_note(words, more->err);
	take(words, snprintf(words->text + words->len,
			     sizeof(words->text) - words->len, "%s%s",
			     words->len && more->len ? " " : "", more->text));
}

void boot_words_add_file(const struct root *root, const char *path,
			 struct boot_words *words)
{
	struct reading reading = { .words = words };

	reading.scan.is_plain = streq(path, PATH_KERNEL_CMDLINE);
	boot_words_note(words, root_lines(root, FILE_BYTES_MAX, look_at,
					  &reading, "%s", path));
}
