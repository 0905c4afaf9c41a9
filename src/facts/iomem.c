// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/iomem.h"

#include <errno.h>
#include <string.h>

int iomem_range_parse(struct text text, struct range *out)
{
	struct text start;

	if (!text_split(&text, '-', &start) ||
	    text_number(start, 16, &out->start) ||
	    text_number(text, 16, &out->end) || out->end < out->start)
		return -EINVAL;
	return 0;
}

bool iomem_range_overlaps(const struct range *range, uint64_t start,
			  uint64_t end)
{
	return range->start <= end && range->end >= start;
}

void iomem_begin(struct iomem *out)
{
	memset(out, 0, sizeof(*out));
}

static void take(struct iomem *out, const struct range *range, struct text name,
		 bool is_top)
{
	if (range->start != 0 || range->end != 0)
		out->seen_address = true;
	if (text_equal(name, "Crash kernel")) {
		if (out->crash_count == RANGES_MAX)
			out->is_malformed = true;
		else
			out->crash[out->crash_count++] = *range;
	} else if (is_top && text_equal(name, "System RAM")) {
		out->system_ram_bytes += range->end - range->start + 1;
		if (range->end > out->ram_end)
			out->ram_end = range->end;
	}
}

void iomem_line(void *arg, const struct line *line)
{
	struct iomem *out = arg;
	struct text text = line->text, address;
	bool is_top = !text_starts(text, " ");
	struct range range;

	out->seen_line = true;
	text = text_trim(text);
	/* "  00100000-5cffffff : System RAM" */
	if (line->cut || line->unended || !text_word(&text, &address) ||
	    !text_skip(&text, " : ") || iomem_range_parse(address, &range)) {
		out->is_malformed = true;
		return;
	}
	take(out, &range, text, is_top);
}

int iomem_end(struct iomem *out)
{
	if (out->is_malformed || !out->seen_line)
		return -EINVAL;
	out->is_hidden = !out->seen_address;
	return out->is_hidden ? -EACCES : 0;
}
