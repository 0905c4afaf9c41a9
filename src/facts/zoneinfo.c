// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/zoneinfo.h"

#include <errno.h>
#include <string.h>

#include "lib/macros.h"

/* No machine has 2^52 pages; a larger number is a broken file. */
#define PAGES_MAX (UINT64_C(1) << 52)
#define NODE_MAX  65535

enum field {
	FIELD_FREE = 1 << 0,
	FIELD_SPANNED = 1 << 1,
	FIELD_PRESENT = 1 << 2,
	FIELD_MANAGED = 1 << 3,
	FIELD_PROTECTION = 1 << 4,
	FIELD_START_PFN = 1 << 5,
	BLOCK_OPEN = 1 << 6,
};

/* Fields that every block has to have by its end. */
#define FIELDS_OF_ALL                                                          \
	(FIELD_SPANNED | FIELD_PRESENT | FIELD_MANAGED | FIELD_PROTECTION)
#define FIELDS_OF_POPULATED (FIELDS_OF_ALL | FIELD_FREE | FIELD_START_PFN)

static void fail(struct zoneinfo_parser *parser, const char *what)
{
	if (parser->error.what)
		return;
	parser->error.what = what;
	parser->error.line = parser->line;
}

void zoneinfo_begin(struct zoneinfo_parser *parser, struct zoneinfo *out)
{
	memset(parser, 0, sizeof(*parser));
	memset(out, 0, sizeof(*out));
	parser->out = out;
}

static void add_up(struct zone_sum *sum, const struct zone *zone)
{
	sum->seen = true;
	sum->present_pages += zone->present_pages;
	sum->managed_pages += zone->managed_pages;
	sum->free_pages += zone->free_pages;
}

static void close_block(struct zoneinfo_parser *parser)
{
	struct zoneinfo *out = parser->out;
	const struct zone *zone = &parser->zone;
	unsigned int needed =
		zone->present_pages ? FIELDS_OF_POPULATED : FIELDS_OF_ALL;

	if (!(parser->seen & BLOCK_OPEN))
		return;
	if ((parser->seen & needed) != needed) {
		fail(parser, "a zone's block is incomplete");
		return;
	}
	if (zone->present_pages == 0)
		out->lists_unpopulated = true;
	if (streq(zone->name, "DMA"))
		add_up(&out->dma, zone);
	else if (streq(zone->name, "DMA32"))
		add_up(&out->dma32, zone);

	if (out->zones_count < ZONES_MAX)
		out->zones[out->zones_count++] = *zone;
	else
		out->zones_left_out++;
	parser->seen = 0;
}

static void open_block(struct zoneinfo_parser *parser, struct text rest)
{
	struct zone *zone = &parser->zone;
	struct text number, name, more;
	uint64_t node;

	close_block(parser);
	memset(zone, 0, sizeof(*zone));
	if (!text_split(&rest, ',', &number) ||
	    text_number(number, 10, &node) || node > NODE_MAX ||
	    !text_skip(&rest, " zone ") || !text_word(&rest, &name) ||
	    name.len >= sizeof(zone->name) || text_word(&rest, &more)) {
		fail(parser, "not a \"Node N, zone NAME\" line");
		return;
	}
	if (parser->out->nodes_count == 0 || node != parser->last_node)
		parser->out->nodes_count++;
	parser->last_node = (uint32_t)node;
	zone->node = (uint32_t)node;
	text_copy(name, zone->name, sizeof(zone->name));
	parser->seen = BLOCK_OPEN;
}

/* Store rest, which has to be one number, as the field named before it. */
static void take_pages(struct zoneinfo_parser *parser, struct text rest,
		       enum field field, uint64_t *pages)
{
	struct text number, more;

	if (parser->seen & field) {
		fail(parser, "a field stands twice in a zone's block");
		return;
	}
	if (!text_word(&rest, &number) || text_word(&rest, &more) ||
	    text_number(number, 10, pages) || *pages > PAGES_MAX) {
		fail(parser, "not a number of pages");
		return;
	}
	parser->seen |= field;
}

static void take_field(struct zoneinfo_parser *parser, struct text rest)
{
	struct zone *zone = &parser->zone;
	struct text key;

	/*
	 * On a machine with many CPUs nearly all lines are per-CPU counters:
	 * skip them before looking at a whole word.
	 */
	while (rest.len > 0 && rest.at[0] == ' ') {
		rest.at++;
		rest.len--;
	}
	if (rest.len == 0 ||
	    (rest.at[0] != 'p' && rest.at[0] != 's' && rest.at[0] != 'm'))
		return;
	if (!text_word(&rest, &key))
		return;
	if (text_equal(key, "pages")) {
		/* "pages free N"; per-CPU blocks have no such line */
		if (text_word(&rest, &key) && text_equal(key, "free"))
			take_pages(parser, rest, FIELD_FREE, &zone->free_pages);
	} else if (text_equal(key, "spanned")) {
		take_pages(parser, rest, FIELD_SPANNED, &zone->spanned_pages);
	} else if (text_equal(key, "present")) {
		take_pages(parser, rest, FIELD_PRESENT, &zone->present_pages);
	} else if (text_equal(key, "managed")) {
		take_pages(parser, rest, FIELD_MANAGED, &zone->managed_pages);
	} else if (text_equal(key, "start_pfn:")) {
		take_pages(parser, rest, FIELD_START_PFN, &zone->start_pfn);
		zone->have_start_pfn = true;
	} else if (text_equal(key, "protection:")) {
		parser->seen |= FIELD_PROTECTION;
	}
}

#define EACH_BYTE(byte) (UINT64_C(0x0101010101010101) * (byte))
#define NOT_PLAIN(eight)                                                       \
	((eight) | ((eight)-EACH_BYTE(0x20)) | ((eight) + EACH_BYTE(0x01)))

/*
 * True if text is only printable ASCII. Eight bytes are tested at once: a
 * strange byte's top bit is set, or becomes set by subtracting 0x20 (control
 * characters; only they cause a borrow) or by adding 1 (0x7f).
 */
static bool is_plain(struct text text)
{
	uint64_t strange = 0, eight;
	const char *last;

	if (text.len < sizeof(eight)) {
		for (size_t i = 0; i < text.len; i++)
			strange |= NOT_PLAIN(EACH_BYTE(' ') ^ ' ' ^
					     (unsigned char)text.at[i]);
		return !(strange & EACH_BYTE(0x80));
	}
	last = text.at + text.len - sizeof(eight);
	for (; text.at < last; text.at += sizeof(eight)) {
		memcpy(&eight, text.at, sizeof(eight));
		strange |= NOT_PLAIN(eight);
	}
	memcpy(&eight, last, sizeof(eight)); /* overlaps tested bytes */
	strange |= NOT_PLAIN(eight);
	return !(strange & EACH_BYTE(0x80));
}

/*
 * True for a line with counters of one CPU, which are not used: "    cpu: N",
 * or a line indented by 12 or more.
 */
static bool is_counter(struct text text)
{
	if (text.len < 10 || memcmp(text.at, "    ", 4))
		return false;
	return text.at[4] == 'c' ||
	       (text.len >= 12 && !memcmp(text.at + 4, "        ", 8));
}

/* Not inlined, so that skipping a line saves no registers. */
static void __attribute__((noinline))
take_line(struct zoneinfo_parser *parser, const struct line *line)
{
	struct text text = line->text;

	if (line->cut)
		fail(parser, "the line is too long");
	else if (line->unended)
		fail(parser, "the last line is cut off");
	else if (!is_plain(text))
		fail(parser, "a byte that is not text");
	else if (text.len > 0 && text.at[0] == 'N' && text_skip(&text, "Node "))
		open_block(parser, text);
	else if (parser->seen & BLOCK_OPEN)
		take_field(parser, text);
	else
		fail(parser, "not a \"Node N, zone NAME\" line");
}

void zoneinfo_line(void *arg, const struct line *line)
{
	struct zoneinfo_parser *parser = arg;

	parser->line++;
	if (parser->error.what ||
	    ((parser->seen & BLOCK_OPEN) && is_counter(line->text) &&
	     !line->cut && !line->unended))
		return;
	take_line(parser, line);
}

int zoneinfo_end(struct zoneinfo_parser *parser)
{
	close_block(parser);
	if (!parser->error.what && parser->out->zones_count == 0)
		fail(parser, "no zone in it");
	return parser->error.what ? -EINVAL : 0;
}
