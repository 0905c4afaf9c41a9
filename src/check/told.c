// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/told.h"

#include <inttypes.h>

void told_print(FILE *to, const struct told *told)
{
	fprintf(to, "dir %s\n", told->dir);
	fprintf(to, "dump %s\n", told->dump);
	fprintf(to, "collector %s\n", told->collector);
	fprintf(to, "machine-id %s\n", told->machine_id);
	if (told->have_status)
		fprintf(to, "status %" PRId64 "\n", told->status);
	if (told->have_seconds)
		fprintf(to, "seconds %" PRIu64 "\n", told->seconds);
	for (size_t i = 0; i < told->events_count; i++)
		fprintf(to, "event %s\n", told->events[i]);
}

static void take_status(struct told *told, struct text number)
{
	bool negative = text_skip(&number, "-");
	uint64_t value;

	if (text_number(number, 10, &value) || value > INT32_MAX)
		return;
	told->have_status = true;
	told->status = negative ? -(int64_t)value : (int64_t)value;
}

void told_line(void *arg, const struct line *line)
{
	struct told *told = arg;
	struct text rest = line->text;

	told->have = true;
	if (text_skip(&rest, "dir "))
		text_copy(rest, told->dir, sizeof(told->dir));
	else if (text_skip(&rest, "dump "))
		text_copy(rest, told->dump, sizeof(told->dump));
	else if (text_skip(&rest, "collector "))
		text_copy(rest, told->collector, sizeof(told->collector));
	else if (text_skip(&rest, "machine-id "))
		text_copy(rest, told->machine_id, sizeof(told->machine_id));
	else if (text_skip(&rest, "status "))
		take_status(told, rest);
	else if (text_skip(&rest, "seconds "))
		told->have_seconds = text_number(rest, 10, &told->seconds) == 0;
	else if (text_skip(&rest, "event ") &&
		 told->events_count < TOLD_EVENTS_MAX)
		text_copy(rest, told->events[told->events_count++],
			  sizeof(told->events[0]));
}
