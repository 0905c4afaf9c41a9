// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/saver_report.h"

#include <inttypes.h>
#include <string.h>

void saver_report_print(FILE *to, const struct saver_report *saver)
{
	fprintf(to, "dir %s\n", saver->dir);
	fprintf(to, "dump %s\n", saver->dump);
	fprintf(to, "collector %s\n", saver->collector);
	fprintf(to, "machine-id %s\n", saver->machine_id);
	if (saver->have_status)
		fprintf(to, "status %" PRId64 "\n", saver->status);
	if (saver->have_seconds)
		fprintf(to, "seconds %" PRIu64 "\n", saver->seconds);
	if (saver->have_bytes)
		fprintf(to, "bytes %" PRIu64 "\n", saver->bytes);
	for (size_t i = 0; i < saver->events_count; i++)
		fprintf(to, "event %s\n", saver->events[i]);
}

static void take_status(struct saver_report *saver, struct text number)
{
	bool negative = text_skip(&number, "-");
	uint64_t value;

	if (text_number(number, 10, &value) || value > INT32_MAX)
		return;
	saver->have_status = true;
	saver->status = negative ? -(int64_t)value : (int64_t)value;
}

/* As it is: its names may be in any language. None, if it would be cut. */
static void take_path(struct text path, char *to)
{
	if (path.len >= SAVER_PATH_BYTES)
		return;
	memcpy(to, path.at, path.len);
	to[path.len] = '\0';
}

void saver_report_line(void *arg, const struct line *line)
{
	struct saver_report *saver = arg;
	struct text rest = line->text;

	saver->have = true;
	if (text_skip(&rest, "dir "))
		take_path(rest, saver->dir);
	else if (text_skip(&rest, "dump "))
		take_path(rest, saver->dump);
	else if (text_skip(&rest, "collector "))
		text_copy(rest, saver->collector, sizeof(saver->collector));
	else if (text_skip(&rest, "machine-id "))
		text_copy(rest, saver->machine_id, sizeof(saver->machine_id));
	else if (text_skip(&rest, "status "))
		take_status(saver, rest);
	else if (text_skip(&rest, "seconds "))
		saver->have_seconds =
			text_number(rest, 10, &saver->seconds) == 0;
	else if (text_skip(&rest, "bytes "))
		saver->have_bytes = text_number(rest, 10, &saver->bytes) == 0;
	else if (text_skip(&rest, "event ") &&
		 saver->events_count < SAVER_EVENTS_MAX)
		text_copy(rest, saver->events[saver->events_count++],
			  sizeof(saver->events[0]));
}
