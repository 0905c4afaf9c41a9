// SPDX-License-Identifier: GPL-2.0-or-later
#include "state/tally.h"

#include <string.h>

#include "lib/macros.h"
#include "lib/when.h"

/* Images that differ by less are taken to be two builds of one image. */
#define SAME_IMAGE_KIB 1024

bool tally_is_of(const struct tally *tally, const struct capture *capture)
{
	uint64_t one = tally->initrd_kib, other = capture->initrd_kib;

	return !strcmp(tally->machine, capture->machine) &&
	       capture_same_line(tally->release, capture->release) &&
	       tally->have_initrd == capture->have_initrd &&
	       (one > other ? one - other : other - one) <= SAME_IMAGE_KIB;
}

/* A clock that shows less was never set. */
#define CLOCK_SET UINT64_C(1577836800) /* 2020-01-01 */

/* Clocks that were not set say nothing about how long ago it was. */
static bool is_far(uint64_t one, uint64_t other,
		   const struct tally_rules *rules)
{
	return rules->weak_seconds && one >= CLOCK_SET && other >= CLOCK_SET &&
	       larger(one, other) - (one < other ? one : other) >
		       rules->weak_seconds;
}

static void add_silent(struct tally *to, uint64_t kib, uint64_t at,
		       const struct tally_rules *rules)
{
	if (to->silent_once_kib && is_far(to->silent_once_at, at, rules)) {
		if (at < to->silent_once_at)
			return;
		to->silent_once_kib = larger(to->silent_kib, kib);
	} else if (kib > to->silent_once_kib) {
		to->silent_kib = larger(to->silent_kib, to->silent_once_kib);
		to->silent_once_kib = kib;
	} else {
		to->silent_kib = larger(to->silent_kib, kib);
	}
	to->silent_once_at = larger(to->silent_once_at, at);
}

/* Two of them, or one that other evidence proves: a bound for good. */
static void add_bound(struct tally *to, uint64_t kib)
{
	to->silent_kib = larger(to->silent_kib, kib);
	to->silent_once_kib = larger(to->silent_once_kib, kib);
}

void tally_fade(struct tally *tally, uint64_t now_seconds,
		const struct tally_rules *rules)
{
	if (now_seconds > tally->silent_once_at &&
	    is_far(tally->silent_once_at, now_seconds, rules))
		tally->silent_once_kib = tally->silent_kib;
}

static void add_peaks(struct tally *to, uint64_t count, uint64_t sum,
		      uint64_t lowest, uint64_t highest)
{
	if (!count)
		return;
	if (!to->peaks_count || lowest < to->peak_lowest_kib)
		to->peak_lowest_kib = lowest;
	to->peak_highest_kib = larger(to->peak_highest_kib, highest);
	to->peaks_count += count;
	to->peaks_kib += sum;
}

static void add_saved_in(struct tally *to, uint64_t kib)
{
	if (kib && (!to->saved_in_kib || kib < to->saved_in_kib))
		to->saved_in_kib = kib;
}

static void add_saved(struct tally *to, const struct capture *capture)
{
	uint64_t peak = capture_peak_kib(capture);

	/* It may be another machine's, so it may raise a plan, not lower it. */
	if (capture->unproven) {
		to->unproven_kib = larger(to->unproven_kib, peak);
		return;
	}
	if (capture->have_reserved)
		add_saved_in(to, capture->reserved_kib);
	add_peaks(to, peak > 0, peak, peak, peak);
}

void tally_capture(struct tally *tally, const struct capture *capture,
		   const struct tally_rules *rules)
{
	uint64_t reserved = capture->have_reserved ? capture->reserved_kib : 0;

	if (!tally->machine[0]) {
		strcpy(tally->machine, capture->machine);
		strcpy(tally->release, capture->release);
		tally->have_initrd = capture->have_initrd;
		tally->initrd_kib = capture->initrd_kib;
	}
	/* A capture that ran out measured its reservation, not its need. */
	if (capture_ran_out(capture) ||
	    capture_starved(capture, rules->starved_kib)) {
		tally->ran_out_count++;
		tally->ran_out_kib = larger(tally->ran_out_kib, reserved);
	} else if (capture->outcome == CAPTURE_SAVED) {
		add_saved(tally, capture);
	} else if (capture->outcome == CAPTURE_NO_DUMP) {
		tally->silent_count++;
		add_silent(tally, reserved, when_seconds(capture->when), rules);
		if (capture->crash_seen)
			add_bound(tally, reserved);
	}
}

void tally_add(struct tally *to, const struct tally *from, uint64_t more_kib,
	       const struct tally_rules *rules)
{
	uint64_t peaks = from->peaks_count;

	add_peaks(to, peaks, from->peaks_kib + peaks * more_kib,
		  from->peak_lowest_kib + more_kib,
		  from->peak_highest_kib + more_kib);
	add_saved_in(to, from->saved_in_kib);
	to->unproven_kib = larger(to->unproven_kib, from->unproven_kib);
	to->ran_out_count += from->ran_out_count;
	to->silent_count += from->silent_count;
	if (from->ran_out_kib)
		to->ran_out_kib =
			larger(to->ran_out_kib, from->ran_out_kib + more_kib);
	if (from->silent_once_kib)
		add_silent(to, from->silent_once_kib + more_kib,
			   from->silent_once_at, rules);
	if (from->silent_kib)
		add_bound(to, from->silent_kib + more_kib);
}
