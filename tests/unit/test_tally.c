// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Boots that left nothing: which of them are a bound for good, which may have
 * been power cuts, and when those are forgotten. The same from captures as from
 * tallies of a full history that was written and read again.
 */
#include "state/tally.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "state/history.h"
#include "tap.h"

#define MIB_KIB 1024
#define DAY	(24 * 3600)

static const struct tally_rules rules = { 24 * MIB_KIB, 365 * DAY };

struct boot {
	uint64_t mib;
	const char *when;
	bool seen;
};

static const struct row {
	const char *name;
	struct boot boots[4]; /* mib 0 ends */
	uint64_t bound_mib, once_mib;
	bool never; /* weak_seconds is 0 */
} rows[] = {
	{ "one", { { 256, "2026-01-01T00:00:00Z", false } }, 0, 256, false },
	{ "one that is proved",
	  { { 256, "2026-01-01T00:00:00Z", true } },
	  256,
	  256,
	  false },
	{ "two in a year",
	  { { 256, "2026-01-01T00:00:00Z", false },
	    { 256, "2026-12-31T00:00:00Z", false } },
	  256,
	  256,
	  false },
	{ "two with more than a year between them",
	  { { 256, "2026-01-01T00:00:00Z", false },
	    { 256, "2027-01-02T00:00:00Z", false } },
	  0,
	  256,
	  false },
	{ "the same, told never to forget",
	  { { 256, "2026-01-01T00:00:00Z", false },
	    { 256, "2029-01-02T00:00:00Z", false } },
	  256,
	  256,
	  true },
	{ "a smaller one, years later: the larger is forgotten",
	  { { 384, "2020-06-01T00:00:00Z", false },
	    { 256, "2027-01-02T00:00:00Z", false } },
	  0,
	  256,
	  false },
	{ "one in each of three years, and a second in the last",
	  { { 256, "2024-01-01T00:00:00Z", false },
	    { 256, "2025-06-02T00:00:00Z", false },
	    { 256, "2027-01-02T00:00:00Z", false },
	    { 320, "2027-03-02T00:00:00Z", false } },
	  256,
	  320,
	  false },
	{ "two in a year are never forgotten",
	  { { 256, "2022-01-01T00:00:00Z", false },
	    { 256, "2022-02-01T00:00:00Z", false },
	    { 128, "2029-01-02T00:00:00Z", false } },
	  256,
	  256,
	  false },
	{ "nor one that is proved",
	  { { 256, "2022-01-01T00:00:00Z", true },
	    { 384, "2029-01-02T00:00:00Z", false } },
	  256,
	  384,
	  false },
	{ "clocks that were not set say nothing",
	  { { 256, "1970-01-01T00:00:14Z", false },
	    { 256, "2029-01-02T00:00:00Z", false } },
	  256,
	  256,
	  false },
	{ "nor does no time",
	  { { 256, "", false }, { 256, "2029-01-02T00:00:00Z", false } },
	  256,
	  256,
	  false },
	{ "a clock that was not set in between does not hide the years",
	  { { 256, "2024-01-01T00:00:00Z", false },
	    { 128, "1970-01-01T00:00:14Z", false },
	    { 256, "2027-01-02T00:00:00Z", false } },
	  128,
	  256,
	  false },
	{ "the clock went back by years: the later one stays",
	  { { 256, "2029-01-02T00:00:00Z", false },
	    { 384, "2021-01-02T00:00:00Z", false } },
	  0,
	  256,
	  false },
};

static void add_boots(const struct row *row, struct history *history,
		      size_t limit, const struct tally_rules *how)
{
	for (size_t i = 0; i < 4 && row->boots[i].mib; i++) {
		struct capture capture = {
			.release = "6.1.0-40-amd64",
			.machine = "x86_64",
			.outcome = CAPTURE_NO_DUMP,
			.crash_seen = row->boots[i].seen,
			.have_reserved = true,
			.reserved_kib = row->boots[i].mib * MIB_KIB,
		};

		snprintf(capture.id, sizeof(capture.id), "boot-%zu", i);
		strcpy(capture.when, row->boots[i].when);
		if (history_add(history, &capture, limit, how))
			abort();
	}
}

static struct tally sum_of(const struct history *history,
			   const struct tally_rules *how)
{
	struct tally sum = { 0 };

	for (size_t i = 0; i < history->tallies_count; i++)
		tally_add(&sum, &history->tallies[i], 0, how);
	for (size_t i = 0; i < history->count; i++) {
		struct tally one = { 0 };

		tally_capture(&one, &history->captures[i], how);
		tally_add(&sum, &one, 0, how);
	}
	return sum;
}

static bool is_as_wanted(const struct row *row, const struct tally *sum)
{
	return ok(sum->silent_kib == row->bound_mib * MIB_KIB &&
			  sum->silent_once_kib == row->once_mib * MIB_KIB,
		  "%s: bound %" PRIu64 " MiB, once %" PRIu64 " MiB", row->name,
		  sum->silent_kib / MIB_KIB, sum->silent_once_kib / MIB_KIB);
}

static void check(const struct row *row, size_t limit)
{
	struct tally_rules how = rules;
	struct history history = { 0 }, again;
	char why[CAPTURE_ERROR_MAX] = "", *text;
	size_t len;
	struct tally sum;
	FILE *to = open_memstream(&text, &len);

	if (row->never)
		how.weak_seconds = 0;
	add_boots(row, &history, limit, &how);
	history_print(to, &history);
	if (fclose(to))
		abort();
	ok(!history_parse(text, len, &again, why), "%s: read again %s",
	   row->name, why);
	sum = sum_of(&again, &how);
	is_as_wanted(row, &sum);
	history_free(&history);
	history_free(&again);
	free(text);
}

/* What went by since counts, too. */
static void check_fade(void)
{
	struct tally tally = { .silent_once_kib = 256,
			       .silent_once_at = 1767225600 };

	tally_fade(&tally, tally.silent_once_at + 364 * DAY, &rules);
	ok(tally.silent_once_kib == 256, "within the year it stays");
	tally_fade(&tally, 1000, &rules);
	ok(tally.silent_once_kib == 256, "and at a time before it");
	tally_fade(&tally, tally.silent_once_at + 366 * DAY, &rules);
	ok(tally.silent_once_kib == 0, "then it is forgotten");
	tally.silent_kib = tally.silent_once_kib = 128;
	tally_fade(&tally, tally.silent_once_at + 366 * DAY, &rules);
	ok(tally.silent_kib == 128 && tally.silent_once_kib == 128,
	   "a bound is not");
}

int main(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		check(&rows[i], 50);
		check(&rows[i], 1);
	}
	check_fade();
	return tap_end();
}
