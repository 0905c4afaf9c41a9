// SPDX-License-Identifier: GPL-2.0-or-later
/* /proc/zoneinfo: every version's form, and everything that is not one. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "parsers.h"
#include "tap.h"

/* Shapes as Linux prints them; the numbers are a 128M capture kernel's. */
#define NODE_STATS "  per-node stats\n      nr_inactive_anon 1\n"
#define LATER                                                                  \
	"        protection: (0, 51, 51, 51)\n      nr_free_pages 0\n"         \
	"  pagesets\n    cpu: 0\n              count: 0\n"                     \
	"              high:  14\n  vm stats threshold: 2\n"                   \
	"  node_unreclaimable:  0\n  start_pfn:           1\n"
#define BLOCK(zone, present, managed)                                          \
	"Node 0, zone " zone "\n" NODE_STATS "  pages free     0\n"            \
	"        boost    0\n        min      1\n        low      2\n"         \
	"        high     3\n        spanned  4095\n        present  " present \
	"\n        managed  " managed "\n        cma      0\n" LATER
#define SHORT(zone)                                                            \
	"Node 0, zone " zone "\n  pages free     0\n        min      0\n"      \
	"        spanned  0\n        present  0\n        managed  0\n"         \
	"        protection: (0, 0, 0, 0)\n"

/* Linux 4.9: no boost, no cma; node statistics of a kind long gone */
#define OLD_BLOCK                                                              \
	"Node 0, zone      DMA\n  per-node stats\n      nr_dirtied   5\n"      \
	"  pages free     3974\n        min      65\n        low      81\n"    \
	"        high     97\n   node_scanned  0\n"                            \
	"        spanned  4095\n        present  3998\n"                       \
	"        managed  3977\n      nr_free_pages 3974\n"                    \
	"        protection: (0, 2958, 15823, 15823)\n  pagesets\n"            \
	"  node_unreclaimable:  0\n  start_pfn:           1\n"                 \
	"  node_inactive_ratio: 1\n"

static struct zoneinfo zones;
static struct zoneinfo_error error;

static const struct {
	const char *name, *input;
	bool seen;
	uint64_t managed, present;
	size_t count;
	bool unpopulated;
} good[] = {
	{ "capture kernel: present 159, managed 0",
	  BLOCK("     DMA", "159", "0") BLOCK("   DMA32", "32752", "14000"),
	  true, 0, 159, 2 },
	{ "production", BLOCK("     DMA", "3998", "3840") SHORT(" Normal"),
	  true, 3840, 3998, 2, true },
	{ "Linux 4.9", OLD_BLOCK, true, 3977, 3998, 1 },
	{ "DMA configured and empty", SHORT("     DMA") SHORT(" Movable"), true,
	  0, 0, 2, true },
	{ "no DMA zone", BLOCK("   DMA32", "32752", "14000"), false, 0, 0, 1 },
	{ "two nodes with DMA are added up",
	  BLOCK("     DMA", "10", "4") BLOCK("     DMA", "20", "5"), true, 9,
	  30, 2 },
};

static const struct {
	const char *name, *input, *what;
	uint64_t line;
} bad[] = {
	{ "empty", "", "no zone", 0 },
	{ "garbage", "garbage\n", "not a \"Node N", 1 },
	{ "no newline at the end", SHORT("DMA") "Node 1", "the last line", 8 },
	{ "number cut off", "Node 0, zone DMA\n  pages free  3", "the last",
	  2 },
	{ "no managed line",
	  "Node 0, zone DMA\n  pages free 0\n present 0\n spanned 0\n"
	  " protection: (0)\n",
	  "a zone's block is incomplete", 5 },
	{ "populated and without start_pfn",
	  "Node 0, zone DMA\n  pages free 0\n present 1\n spanned 1\n"
	  " managed 0\n protection: (0)\n",
	  "a zone's block is incomplete", 6 },
	{ "managed twice", "Node 0, zone DMA\n managed 0\n managed 1\n",
	  "a field stands twice", 3 },
	{ "negative", "Node 0, zone DMA\n managed -1\n", "not a number", 2 },
	{ "too large", "Node 0, zone DMA\n managed 4503599627370497\n",
	  "not a number", 2 },
	{ "beyond 64 bits", "Node 0, zone DMA\n managed 99999999999999999999\n",
	  "not a number", 2 },
	{ "two numbers", "Node 0, zone DMA\n managed 1 2\n", "not a number",
	  2 },
	{ "junk behind", "Node 0, zone DMA\n managed 1x\n", "not a number", 2 },
	{ "node absurd", "Node 4294967296, zone DMA\n", "not a \"Node N", 1 },
	{ "node negative", "Node -1, zone DMA\n", "not a \"Node N", 1 },
	{ "zone's name too long", "Node 0, zone DMADMADMADMADMADMA\n",
	  "not a \"Node N", 1 },
	{ "zone without a name", "Node 0, zone \n", "not a \"Node N", 1 },
	{ "binary", "Node 0, zone DMA\n managed \x01\n", "a byte that", 2 },
	{ "beyond ASCII", "\xff\xfe\n", "a byte that", 1 },
};

static void check_good(void)
{
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		int err = zoneinfo_parse(good[i].input, strlen(good[i].input),
					 &zones, &error);

		ok(!err && zones.dma.seen == good[i].seen &&
			   zones.dma.managed_pages == good[i].managed &&
			   zones.dma.present_pages == good[i].present &&
			   zones.zones_count == good[i].count &&
			   zones.lists_unpopulated == good[i].unpopulated,
		   "%s", good[i].name);
	}
}

static void check_bad(void)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		int err = zoneinfo_parse(bad[i].input, strlen(bad[i].input),
					 &zones, &error);

		if (!ok(err && error.what &&
				strncmp(error.what, bad[i].what,
					strlen(bad[i].what)) == 0 &&
				error.line == bad[i].line,
			"%s", bad[i].name))
			printf("# line %" PRIu64 ": %s\n", error.line,
			       error.what ? error.what : "no error");
	}
}

/* Cut anywhere, the answer is the whole file's, or none. */
static void check_truncated(const char *name, const char *input)
{
	size_t len = strlen(input), cut, answers = 0;
	uint64_t whole;

	zoneinfo_parse(input, len, &zones, &error);
	whole = zones.dma.managed_pages;
	for (cut = 0; cut < len; cut++) {
		char *part = malloc(cut + 1); /* exact, for the sanitizer */
		int err;

		memcpy(part, input, cut);
		err = zoneinfo_parse(part, cut, &zones, &error);
		free(part);
		if (!err && (zones.dma.managed_pages != whole))
			break;
		answers += !err;
	}
	ok(cut == len, "%s: cut at every byte, %zu of %zu still answer", name,
	   answers, len);
}

/* More zones than are listed still count, in the sums and as left out. */
static void check_many_nodes(void)
{
	static const char block[] = BLOCK("     DMA", "2", "1");
	size_t nodes = 1000, len = sizeof(block) - 1;
	char *input = malloc(nodes * len);

	for (size_t i = 0; i < nodes; i++)
		memcpy(input + i * len, block, len);
	ok(zoneinfo_parse(input, nodes * len, &zones, &error) == 0 &&
		   zones.dma.managed_pages == nodes &&
		   zones.zones_count == ZONES_MAX &&
		   zones.zones_left_out == nodes - ZONES_MAX,
	   "%zu zones in %zu KiB", nodes, nodes * len / 1024);
	free(input);
}

/* Each byte, at each place of a line that is otherwise passed over. */
static void check_every_byte(void)
{
	static const char start[] = SHORT("DMA");
	char input[sizeof(start) + 20];
	size_t len = sizeof(start) - 1, wrong = 0;

	for (int byte = 0; byte < 256; byte++) {
		bool plain = byte == '\n' || (byte >= 0x20 && byte <= 0x7e);

		for (size_t at = 3; at < 19; at++) {
			memcpy(input, start, len);
			memset(input + len, 'x', 20);
			input[len] = ' ';
			input[len + at] = (char)byte;
			input[len + 19] = '\n';
			wrong += plain != !zoneinfo_parse(input, len + 20,
							  &zones, &error);
		}
	}
	ok(wrong == 0, "text is all that is taken for text");
}

static void check_long_line(void)
{
	size_t len = 10 << 20;
	char *input = malloc(len);

	memset(input, '1', len);
	memcpy(input, "Node 0, zone DMA\n managed ", 26);
	input[len - 1] = '\n';
	ok(zoneinfo_parse(input, len, &zones, &error) && error.line == 2,
	   "a number of 10 MB is refused");
	free(input);
}

int main(void)
{
	check_good();
	check_bad();
	check_truncated("capture kernel", good[0].input);
	check_truncated("production", good[1].input);
	check_truncated("Linux 4.9", good[2].input);
	check_many_nodes();
	check_long_line();
	check_every_byte();
	return tap_end();
}
