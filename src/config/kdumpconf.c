// SPDX-License-Identifier: GPL-2.0-or-later
#include "config/kdumpconf.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/macros.h"

static bool is_option(struct text line, const char *option)
{
	struct text word;

	return text_word(&line, &word) && text_equal(word, option);
}

struct text kdumpconf_line(const char *buf, size_t len, const char *option)
{
	struct text rest = { buf, len }, line;

	while (text_split(&rest, '\n', &line))
		if (is_option(line, option))
			return line;
	return (struct text){ buf + len, 0 };
}

bool kdumpconf_pair(struct text line, struct text *option, struct text *value)
{
	const char *comment = memchr(line.at, '#', line.len);

	if (comment)
		line.len = (size_t)(comment - line.at);
	while (line.len && isspace((unsigned char)line.at[line.len - 1]))
		line.len--;
	if (!text_word(&line, option))
		return false;
	*value = text_trim(line);
	if (value->len > 1 && value->at[0] == '"' &&
	    value->at[value->len - 1] == '"')
		*value = (struct text){ value->at + 1, value->len - 2 };
	return true;
}

bool kdumpconf_is_disk(struct text option)
{
	static const char *const fstypes[] = { "ext2", "ext3",	"ext4",
					       "xfs",  "btrfs", "minix" };

	for (size_t i = 0; i < ARRAY_SIZE(fstypes); i++)
		if (text_equal(option, fstypes[i]))
			return true;
	return false;
}

bool kdumpconf_is_elsewhere(struct text option, struct text value)
{
	static const char *const options[] = { "raw", "nfs", "ssh",
					       "virtiofs" };

	/* dracut's other arguments say nothing about a place. */
	if (text_equal(option, "dracut_args"))
		return text_contains(value, "--mount");
	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		if (text_equal(option, options[i]))
			return true;
	return kdumpconf_is_disk(option);
}

static char *put(char *to, const char *from, size_t len)
{
	if (len)
		memcpy(to, from, len);
	return to + len;
}

char *kdumpconf_with(const char *buf, size_t len, const char *option,
		     struct text line, size_t *new_len)
{
	struct text old = kdumpconf_line(buf, len, option);
	size_t at = (size_t)(old.at - buf), after = at + old.len;
	char *new = malloc(len + line.len + 3), *end = new;

	if (!new)
		return NULL;
	if (after < len)
		after++; /* a new line brings its own newline */
	end = put(end, buf, at);
	if (line.len && at && buf[at - 1] != '\n')
		*end++ = '\n';
	end = put(end, line.at, line.len);
	if (line.len)
		*end++ = '\n';
	end = put(end, buf + after, len - after);
	*end = '\0';
	*new_len = (size_t)(end - new);
	return new;
}
