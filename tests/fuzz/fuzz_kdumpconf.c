// SPDX-License-Identifier: GPL-2.0-or-later
/* One option of kdump.conf. */
#include <string.h>

#include "config/kdumpconf.h"
#include "fuzz.h"

#define KEY  "auto_reset_crashkernel"
#define OURS KEY " no"

/* Lines of buf that have a first word other than the option's. */
static size_t others(const char *buf, size_t len)
{
	struct text rest = { buf, len }, line, word;
	size_t count = 0;

	while (text_split(&rest, '\n', &line)) {
		struct text words = line;

		count += text_word(&words, &word) && !text_equal(word, KEY);
	}
	return count;
}

/* What is set is read; the other lines stay; taken out it is gone. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *buf = (const char *)data;
	struct text was = kdumpconf_line(buf, size, KEY), now;
	size_t set_len, back_len;
	char *set, *back;

	PROMISE(!was.len || (was.at >= buf && was.at + was.len <= buf + size &&
			     !memchr(was.at, '\n', was.len)));
	set = kdumpconf_with(buf, size, KEY, text_of(OURS), &set_len);
	PROMISE(set);
	now = kdumpconf_line(set, set_len, KEY);
	PROMISE(text_equal(now, OURS));
	PROMISE(others(set, set_len) == others(buf, size));
	back = kdumpconf_with(set, set_len, KEY, was, &back_len);
	PROMISE(back);
	now = kdumpconf_line(back, back_len, KEY);
	PROMISE(!was.len ||
		(now.len == was.len && !memcmp(now.at, was.at, was.len)));
	PROMISE(others(back, back_len) == others(buf, size));
	free(set);
	free(back);
	return 0;
}
