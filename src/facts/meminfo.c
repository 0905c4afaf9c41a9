// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/meminfo.h"

#include <errno.h>
#include <string.h>

enum { SEEN_TOTAL = 1, SEEN_FREE = 2, SEEN_AVAILABLE = 4, SEEN_ALL = 7 };

void meminfo_begin(struct meminfo *out)
{
	memset(out, 0, sizeof(*out));
}

static void take(struct meminfo *out, struct text rest, unsigned int which,
		 uint64_t *kib)
{
	struct text number, unit;

	/* "MemTotal:  1481700 kB"; a line cut short has no "kB" */
	if (text_word(&rest, &number) && text_word(&rest, &unit) &&
	    text_equal(unit, "kB") && text_number(number, 10, kib) == 0)
		out->seen |= which;
}

void meminfo_line(void *arg, const struct line *line)
{
	struct meminfo *out = arg;
	struct text text = line->text;

	if (text_skip(&text, "MemTotal:"))
		take(out, text, SEEN_TOTAL, &out->total_kib);
	else if (text_skip(&text, "MemFree:"))
		take(out, text, SEEN_FREE, &out->free_kib);
	else if (text_skip(&text, "MemAvailable:"))
		take(out, text, SEEN_AVAILABLE, &out->available_kib);
}

int meminfo_end(const struct meminfo *out)
{
	return out->seen == SEEN_ALL ? 0 : -EINVAL;
}
