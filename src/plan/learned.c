// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/learned.h"

#include <string.h>

#include "lib/macros.h"
#include "lib/when.h"

/* An image takes its growth once packed and about thrice unpacked. */
#define GROWTH 4

/* More kernel lines than these are counted together with the last one. */
#define LINES_MAX 32

struct folding {
	const struct plan_input *input;
	struct tally_rules rules;
	struct tally tallies[LINES_MAX];
	size_t count;
	bool have_image, image_was_seen, any_growth;
	struct learned *out;
};

struct tally_rules learned_rules(const struct config *config)
{
	return (struct tally_rules){
		.starved_kib = config_number(config, CONFIG_MARGIN_MIN) / 1024,
		.weak_seconds =
			config_number(config, CONFIG_WEAK_DAYS) * 24 * 3600,
	};
}

bool learned_ran_out(const struct plan_input *input,
		     const struct capture *capture)
{
	return capture_ran_out(capture) ||
	       capture_starved(capture,
			       learned_rules(input->config).starved_kib);
}

uint64_t learned_bound_kib(const struct learned *learned)
{
	const struct tally *line = &learned->line;

	return larger(line->ran_out_kib, line->silent_kib);
}

static struct tally *line_of(struct folding *folding, const struct tally *tally)
{
	struct tally *new;

	for (size_t i = 0; i < folding->count; i++)
		if (capture_same_line(folding->tallies[i].release,
				      tally->release))
			return &folding->tallies[i];
	if (folding->count == LINES_MAX)
		return &folding->tallies[LINES_MAX - 1];
	new = &folding->tallies[folding->count++];
	memset(new, 0, sizeof(*new));
	strcpy(new->release, tally->release);
	return new;
}

/*
 * Whole MiB, because on x86 a capture kernel also has the memory below 640 KiB,
 * which crashkernel= does not count.
 */
static void note_unpacked(struct learned *out, uint64_t kib)
{
	uint64_t bytes = kib / 1024 * MIB;

	if (bytes &&
	    (!out->unpacked_in_bytes || bytes < out->unpacked_in_bytes))
		out->unpacked_in_bytes = bytes;
}

static void take(struct folding *folding, const struct tally *tally)
{
	const struct plan_input *input = folding->input;
	uint64_t was = tally->initrd_kib, more = 0, now;

	if (strcmp(tally->machine, input->facts->machine))
		return;
	/* Crashes of this machine, whatever their image was. */
	folding->out->evidence_count +=
		tally->peaks_count + tally->ran_out_count + tally->silent_count;
	now = input->host->images.packed_bytes / 1024;
	if (folding->have_image && tally->have_initrd) {
		/* A much larger image says nothing about today's. */
		if (was > now + now / 3 + MIB / KIB)
			return;
		if (now > was + MIB / KIB)
			more = GROWTH * (now - was);
		else
			folding->image_was_seen = true;
		if (was >= now)
			note_unpacked(folding->out, tally->saved_in_kib);
		folding->any_growth = folding->any_growth || more > 0;
	}
	if (tally->have_initrd)
		folding->out->initrd_kib =
			larger(folding->out->initrd_kib, tally->initrd_kib);
	folding->out->captures_count += tally->peaks_count;
	tally_add(line_of(folding, tally), tally, more, &folding->rules);
}

static void sum_up(const struct folding *folding, struct learned *out)
{
	for (size_t i = 0; i < folding->count; i++) {
		const struct tally *tally = &folding->tallies[i];
		uint64_t peak = tally->peak_highest_kib;

		if (capture_same_line(tally->release,
				      folding->input->facts->release)) {
			out->line = *tally;
			continue;
		}
		if (peak > out->others_peak_kib)
			out->others_peak_kib = peak;
		if (peak && tally->silent_kib > peak + out->others_unseen_kib)
			out->others_unseen_kib = tally->silent_kib - peak;
	}
	out->image_has_grown = folding->any_growth && !folding->image_was_seen;
}

void learned_collect(const struct plan_input *input, struct learned *out)
{
	const struct history *history = input->history;
	struct folding folding = {
		.input = input,
		.rules = learned_rules(input->config),
		.out = out,
		.have_image = input->host->images.have_initramfs,
	};

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < history->tallies_count; i++)
		take(&folding, &history->tallies[i]);
	for (size_t i = 0; i < history->count; i++) {
		const struct capture *capture = &history->captures[i];
		struct tally tally = { 0 };

		tally_capture(&tally, capture, &folding.rules);
		take(&folding, &tally);
		if (streq(capture->machine, input->facts->machine) &&
		    capture_same_line(capture->release, input->facts->release))
			out->newest = capture;
	}
	sum_up(&folding, out);
	if (out->newest)
		tally_fade(&out->line, when_seconds(out->newest->when),
			   &folding.rules);
}
