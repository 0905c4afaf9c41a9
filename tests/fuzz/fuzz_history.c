// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "fuzz.h"
#include "state/history.h"

#define LIMIT 3

static void print(const struct history *history, char **buf, size_t *len)
{
	FILE *to = open_memstream(buf, len);

	PROMISE(to);
	history_print(to, history);
	PROMISE(!fclose(to));
}

/* What is added stays within the limit, and none that went out is forgotten. */
static void add(struct history *history)
{
	static const struct tally_rules rules = { 1024, 365 * 24 * 3600 };
	struct capture last;

	if (!history->count)
		return;
	last = history->captures[history->count - 1];
	PROMISE(!history_add(history, &last, LIMIT, &rules));
	PROMISE(history->count <= LIMIT);
	PROMISE(history_knows(history, &last));
}

/* What is read is written and read again, byte for byte. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct history history, again;
	char why[CAPTURE_ERROR_MAX] = "", *buf = NULL, *buf2 = NULL;
	size_t len = 0, len2 = 0;

	if (history_parse((const char *)data, size, &history, why)) {
		PROMISE(why[0] && !history.captures);
		return 0;
	}
	add(&history);
	print(&history, &buf, &len);
	PROMISE(!history_parse(buf, len, &again, why));
	print(&again, &buf2, &len2);
	PROMISE(len == len2 && !memcmp(buf, buf2, len));
	history_free(&history);
	history_free(&again);
	free(buf);
	free(buf2);
	return 0;
}
