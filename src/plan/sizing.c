// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How much to reserve is decided by what captures measured. Before the first
 * capture it is an estimate from the images, with a margin, and never less than
 * the table has for this machine, because most machines crash once. Only a
 * measurement lowers what is set. A size that failed is a bound: the plan is
 * larger.
 */
#include "plan/sizing.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

__attribute__((format(printf, 4, 5))) static void want(struct sizing *sizing,
						       uint64_t bytes,
						       enum plan_reason reason,
						       const char *format, ...)
{
	va_list args;

	sizing->want_bytes = bytes;
	sizing->reason = reason;
	va_start(args, format);
	vsnprintf(sizing->why, sizeof(sizing->why), format, args);
	va_end(args);
}

static uint64_t percent_more(uint64_t bytes, uint64_t percent)
{
	return bytes + bytes / 100 * percent + bytes % 100 * percent / 100;
}

/* The kernel's count of a reservation is off by up to 2 %. */
bool sizing_has_failed(const struct sizing *sizing, uint64_t bytes)
{
	uint64_t bound = learned_bound_kib(&sizing->learned) * 1024;

	return bound && bytes <= percent_more(bound, 2) + MIB;
}

/* ---- measured ---- */

/*
 * The margin is margin_first_percent after one capture. Its part above
 * margin_percent is halved each time that the number of captures doubles.
 */
static uint64_t margin_percent(const struct sizing *sizing)
{
	uint64_t percent = policy(sizing, CONFIG_MARGIN_PERCENT);
	uint64_t first = policy(sizing, CONFIG_MARGIN_FIRST_PERCENT);
	uint64_t more = first > percent ? first - percent : 0;

	for (uint64_t n = sizing->learned.captures_count; n > 1; n /= 2)
		more /= 2;
	return percent + more;
}

/*
 * The largest of three: what captures use typically, with the margin; the
 * highest peak, with a part of the range of all peaks; and the highest peak
 * with what other kernel lines needed above theirs before they left anything.
 */
static uint64_t measured_need(const struct sizing *sizing, uint64_t percent)
{
	const struct tally *line = &sizing->learned.line;
	uint64_t usual = line->peaks_kib / line->peaks_count * 1024;
	uint64_t highest = line->peak_highest_kib * 1024;
	uint64_t spread = highest - line->peak_lowest_kib * 1024;
	uint64_t least = policy(sizing, CONFIG_MARGIN_MIN);
	uint64_t unseen = sizing->learned.others_unseen_kib * 1024;
	uint64_t margin = spread / 100 * policy(sizing, CONFIG_SPREAD_PERCENT);

	margin = larger(margin, least);
	if (unseen)
		margin = larger(margin, unseen + least);
	return larger(highest + margin, percent_more(usual, percent));
}

static void want_measured(struct sizing *sizing)
{
	const struct learned *learned = &sizing->learned;
	uint64_t peak = learned->line.peak_highest_kib * 1024;
	uint64_t need = measured_need(sizing, margin_percent(sizing));
	uint64_t least =
		measured_need(sizing, policy(sizing, CONFIG_MARGIN_PERCENT));

	/* The larger margin of few captures only keeps a size. */
	if (sizing->now_bytes < need)
		need = larger(least, sizing->now_bytes);
	want(sizing, need, PLAN_CRASHKERNEL_MEASURED,
	     "%" PRIu64 " capture%s of this kernel line used at most %" PRIu64
	     " MiB%s; with a margin of %" PRIu64 " MiB that is %" PRIu64 " MiB",
	     learned->line.peaks_count,
	     learned->line.peaks_count == 1 ? "" : "s", mib(peak),
	     learned->image_has_grown ? " (the initramfs has grown since)" : "",
	     mib(need) - mib(peak), mib(need));
}

/*
 * Only other kernel lines were captured. What is set stays if it has the least
 * margin above their peak: kernel lines differ by less than that.
 */
static bool want_as_others(struct sizing *sizing)
{
	uint64_t peak = sizing->learned.others_peak_kib * 1024;
	uint64_t least = peak + policy(sizing, CONFIG_MARGIN_MIN);
	uint64_t need;

	if (!peak)
		return false;
	need = percent_more(peak, margin_percent(sizing));
	if (sizing->now_bytes >= least)
		want(sizing, sizing->now_bytes, PLAN_CRASHKERNEL_ENOUGH,
		     "nothing was measured with this kernel line yet; others "
		     "used at most %" PRIu64 " MiB: %" PRIu64 " MiB stay",
		     mib(peak), mib(sizing->now_bytes));
	else
		want(sizing, need, PLAN_CRASHKERNEL_MEASURED,
		     "nothing was measured with this kernel line yet; others "
		     "used at most %" PRIu64
		     " MiB; with a margin that is %" PRIu64 " MiB",
		     mib(peak), mib(need));
	return true;
}

/* ---- rehearsed ---- */

/*
 * From a rehearsal: the smallest reservation in which this image saved a dump
 * in QEMU, or else the peak there; the margin; and an amount for real drivers
 * if QEMU had stand-ins for them. A rehearsal counts only until there is a
 * capture.
 */
static bool want_rehearsed(struct sizing *sizing)
{
	const struct rehearsed *rehearsed = &sizing->input->host->rehearsed;
	uint64_t seen = larger(rehearsed->smallest_kib, rehearsed->peak_kib);
	uint64_t drivers, need;

	if (!sizing->input->host->have_rehearsed || !rehearsed->saved || !seen)
		return false;
	seen *= 1024;
	drivers = rehearsed->stand_ins_count
			  ? policy(sizing, CONFIG_REHEARSAL_DRIVERS)
			  : 0;
	need = larger(percent_more(seen, policy(sizing, CONFIG_MARGIN_PERCENT)),
		      seen + policy(sizing, CONFIG_MARGIN_MIN)) +
	       drivers;
	want(sizing, need, PLAN_CRASHKERNEL_REHEARSED,
	     "a rehearsal of %.10s %s %" PRIu64 " MiB; with %" PRIu64
	     " MiB for drivers that QEMU did not have, and a margin, that is "
	     "%" PRIu64 " MiB",
	     rehearsed->when,
	     rehearsed->smallest_kib ? "saved a dump in no less than" : "used",
	     mib(seen), drivers / MIB, mib(need));
	return true;
}

/* ---- nothing was measured ---- */

/* A size that was assumed is generous, and gets no margin. */
static uint64_t estimated_need(const struct sizing *sizing)
{
	const struct estimate *e = &sizing->estimate;

	if (!e->have || sizing->input->host->images.unpacked_is_assumed ||
	    sizing->input->host->images.kernel_is_assumed)
		return e->total_bytes;
	return percent_more(e->total_bytes,
			    policy(sizing, CONFIG_MARGIN_PERCENT));
}

static void want_estimated(struct sizing *sizing)
{
	const struct estimate *e = &sizing->estimate;
	const struct images *images = &sizing->input->host->images;
	uint64_t need = estimated_need(sizing);

	want(sizing, need, PLAN_CRASHKERNEL_ESTIMATED,
	     "nothing was measured yet; kernel %" PRIu64
	     "%s, initramfs %" PRIu64 " packed and %" PRIu64
	     " unpacked%s, user space %" PRIu64 ", swiotlb %" PRIu64
	     ", all else %" PRIu64 ": %" PRIu64 " MiB; with a margin %" PRIu64,
	     mib(e->kernel_bytes),
	     images->kernel_is_assumed ? " (assumed)" : "",
	     mib(images->packed_bytes), mib(images->unpacked_bytes),
	     images->unpacked_is_assumed ? " (assumed)" : "",
	     mib(e->userspace_bytes), mib(e->swiotlb_bytes),
	     mib(e->per_cpu_bytes + e->bitmap_bytes + e->encryption_bytes +
		 e->luks_bytes + e->page_structs_bytes),
	     mib(e->total_bytes), mib(need));
}

static void want_from_table(struct sizing *sizing)
{
	char estimated[64] = "or could be estimated";

	if (sizing->estimate.have)
		snprintf(estimated, sizeof(estimated),
			 "yet, and estimated are %" PRIu64 " MiB",
			 mib(sizing->estimate.total_bytes));
	want(sizing, sizing->table_bytes, PLAN_CRASHKERNEL_TABLE,
	     "nothing was measured %s; the table has %" PRIu64
	     " MiB for %" PRIu64 " MiB of memory",
	     estimated, mib(sizing->table_bytes),
	     mib(sizing->input->host->ram_bytes));
}

/*
 * A distribution's default may be meant for larger machines. If it takes more
 * than the share of this machine's memory, it is lowered to what estimate and
 * table ask for. If these are above the share, too, it stays.
 */
static bool want_within_share(struct sizing *sizing, uint64_t least,
			      uint64_t now)
{
	const struct host *host = sizing->input->host;
	uint64_t share = sizing->share_bytes;
	uint64_t bytes = round_up(least, policy(sizing, CONFIG_ROUND));

	if (host->crashkernel_whose.owner != OWNER_DISTRIBUTION || !share ||
	    !least || now <= share)
		return false;
	if (bytes > share || bytes >= now)
		want(sizing, now, PLAN_CRASHKERNEL_ENOUGH,
		     "nothing was measured yet; %" PRIu64
		     " MiB are set, more than %" PRIu64 " %% of %" PRIu64
		     " MiB of memory, and they stay: estimate and table ask "
		     "for %" PRIu64 " MiB",
		     mib(now), policy(sizing, CONFIG_RAM_SHARE_PERCENT),
		     mib(host->ram_bytes), mib(bytes));
	else
		want(sizing, bytes, PLAN_CRASHKERNEL_RAM_SHARE,
		     "nothing was measured yet; %" PRIu64
		     " MiB are set, more than %" PRIu64 " %% of %" PRIu64
		     " MiB of memory, and estimate and table ask for %" PRIu64
		     " MiB",
		     mib(now), policy(sizing, CONFIG_RAM_SHARE_PERCENT),
		     mib(host->ram_bytes), mib(bytes));
	return true;
}

static void want_unmeasured(struct sizing *sizing)
{
	uint64_t need = estimated_need(sizing), now = sizing->now_bytes;

	/* The kernel may have reserved more than the words seem to ask for. */
	if (now)
		now = larger(now, sizing->reserved_bytes);
	if (now && now >= larger(need, sizing->table_bytes)) {
		if (want_within_share(sizing, larger(need, sizing->table_bytes),
				      now))
			return;
		if (sizing->estimate.have)
			want(sizing, now, PLAN_CRASHKERNEL_ENOUGH,
			     "nothing was measured yet, and the estimate of "
			     "%" PRIu64 " MiB fits the %" PRIu64
			     " MiB that are set",
			     mib(sizing->estimate.total_bytes), mib(now));
		else
			want(sizing, now, PLAN_CRASHKERNEL_ENOUGH,
			     "nothing was measured or could be estimated: "
			     "%" PRIu64 " MiB stay",
			     mib(now));
	} else if (need > sizing->table_bytes) {
		want_estimated(sizing);
	} else if (sizing->table_bytes) {
		want_from_table(sizing);
	} else if (sizing->too_small_below) {
		want(sizing, 0, PLAN_CRASHKERNEL_TOO_SMALL,
		     "%" PRIu64 " MiB of memory are too little to keep some of "
		     "it for a capture kernel: from %" PRIu64 " MiB on some is "
		     "reserved",
		     sizing->input->host->ram_bytes / MIB,
		     mib(sizing->too_small_below));
	} else {
		want(sizing, 0, PLAN_CRASHKERNEL_UNKNOWN,
		     "nothing was measured or could be estimated, and the "
		     "table has nothing for this machine");
	}
}

/* ---- it failed ---- */

static uint64_t reserved_of(const struct capture *capture)
{
	return capture->have_reserved ? capture->reserved_kib * 1024 : 0;
}

static bool lacked_memory(const struct sizing *sizing,
			  const struct capture *capture)
{
	return capture->outcome == CAPTURE_NO_DUMP ||
	       learned_ran_out(sizing->input, capture);
}

static void say_ran_out(struct sizing *sizing, uint64_t bytes, uint64_t bound,
			uint64_t percent)
{
	const struct capture *newest = sizing->learned.newest;
	bool is_last = newest && learned_ran_out(sizing->input, newest) &&
		       reserved_of(newest) / MIB == bound / MIB;

	if (is_last && !capture_ran_out(newest))
		want(sizing, bytes, PLAN_CRASHKERNEL_RAN_OUT,
		     "the last capture failed when an allocation did, with "
		     "%" PRIu64 " of %" PRIu64 " MiB left; %" PRIu64 " %% more",
		     newest->available_lowest_kib / 1024, bound / MIB, percent);
	else
		want(sizing, bytes, PLAN_CRASHKERNEL_RAN_OUT,
		     "%s capture ran out of memory in %" PRIu64 " MiB; %" PRIu64
		     " %% more",
		     is_last ? "the last" : "an earlier", bound / MIB, percent);
}

/*
 * Plan more than the largest size that failed, by raise_percent. By half of
 * that if a dump was saved in that size or in less: then the size was nearly
 * enough.
 */
static void want_above_bound(struct sizing *sizing)
{
	const struct tally *line = &sizing->learned.line;
	uint64_t bound = learned_bound_kib(&sizing->learned) * 1024;
	uint64_t percent = policy(sizing, CONFIG_RAISE_PERCENT), bytes;

	if (!bound)
		return;
	if (line->saved_in_kib && line->saved_in_kib * 1024 <= bound + MIB)
		percent = (percent + 1) / 2;
	bytes = percent_more(bound, percent);
	if (bytes < sizing->want_bytes)
		return;
	if (line->ran_out_kib >= line->silent_kib)
		say_ran_out(sizing, bytes, bound, percent);
	else
		want(sizing, bytes, PLAN_CRASHKERNEL_NO_DUMP,
		     "%s left neither a dump nor a record with %" PRIu64
		     " MiB reserved; %" PRIu64 " %% more",
		     line->silent_count > 1 ? "crashes" : "a crash",
		     bound / MIB, percent);
}

/*
 * One boot that left nothing may have been a power cut. But if no dump was
 * saved in its size yet, and dumps were in a larger one, plan the larger one
 * again.
 */
static void want_as_saved(struct sizing *sizing)
{
	const struct tally *line = &sizing->learned.line;
	uint64_t bytes = line->saved_in_kib / 1024 * MIB;
	uint64_t lost = line->silent_once_kib * 1024;

	if (line->silent_once_kib <= line->silent_kib || bytes <= lost ||
	    sizing->want_bytes > percent_more(lost, 2) + MIB)
		return;
	want(sizing, bytes, PLAN_CRASHKERNEL_NO_DUMP,
	     "a boot with %" PRIu64 " MiB reserved left neither a shutdown nor "
	     "a dump; the least in which a dump was saved are %" PRIu64 " MiB",
	     line->silent_once_kib / 1024, mib(bytes));
}

/* A capture failed, in a reservation of unknown size: lower nothing. */
static void want_after_unknown(struct sizing *sizing)
{
	const struct capture *newest = sizing->learned.newest;

	if (!newest || !sizing->now_bytes || reserved_of(newest) ||
	    !lacked_memory(sizing, newest) ||
	    sizing->want_bytes <= sizing->now_bytes)
		return;
	want(sizing, sizing->now_bytes, PLAN_CRASHKERNEL_ENOUGH,
	     "the last capture failed, in a reservation of unknown size: "
	     "%" PRIu64 " MiB stay",
	     mib(sizing->now_bytes));
}

/* ---- limits ---- */

uint64_t sizing_least_bytes(const struct sizing *sizing)
{
	uint64_t least = larger(sizing->estimate.unpack_bytes,
				policy(sizing, CONFIG_MINIMUM));

	return round_up(least, policy(sizing, CONFIG_ROUND));
}

/*
 * Where the image cannot be looked at, its size is known from records: what
 * unpacking it takes, packed and unpacked, is no more than what it needs.
 */
static uint64_t recorded_image_bytes(const struct sizing *sizing)
{
	if (sizing->input->host->images.have_initramfs)
		return 0;
	return sizing->learned.initrd_kib * 1024 *
	       (1 + policy(sizing, CONFIG_UNPACK_FACTOR));
}

uint64_t sizing_limit_bytes(const struct sizing *sizing)
{
	const struct learned *learned = &sizing->learned;
	uint64_t most = larger(learned->line.peak_highest_kib * 1024,
			       learned->others_peak_kib * 1024);
	uint64_t limit;

	most = larger(larger(most, sizing->table_bytes),
		      larger(sizing->estimate.total_bytes,
			     recorded_image_bytes(sizing)));
	limit = percent_more(most, policy(sizing, CONFIG_LIMIT_PERCENT) - 100);

	if (!limit || (sizing->share_bytes && sizing->share_bytes < limit))
		return sizing->share_bytes;
	return limit;
}

const char *sizing_futile(const struct sizing *sizing)
{
	const struct tally *line = &sizing->learned.line;

	if (line->ran_out_count + line->silent_count < 2)
		return "";
	return ". Captures failed again and again, and more memory is not the "
	       "cure: see the end of the console's log, and \"kdump-dma list\"";
}

/*
 * Plan no less than unpacking the image takes. Sizes that were assumed do not
 * count against a measurement.
 */
static void want_unpacked(struct sizing *sizing)
{
	const struct images *images = &sizing->input->host->images;
	uint64_t floor = sizing->estimate.unpack_bytes;
	uint64_t seen = sizing->learned.unpacked_in_bytes;

	if (!sizing->estimate.have || images->unpacked_is_assumed ||
	    images->kernel_is_assumed)
		return;
	/* An image as large was unpacked in less: that is enough. */
	if (seen && seen < floor && sizing->want_bytes < seen)
		want(sizing, seen, PLAN_CRASHKERNEL_UNPACK,
		     "the least in which an initramfs of %" PRIu64
		     " MiB was seen to be unpacked is %" PRIu64 " MiB",
		     mib(images->packed_bytes), mib(seen));
	else if ((!seen || seen >= floor) && sizing->want_bytes < floor)
		want(sizing, floor, PLAN_CRASHKERNEL_UNPACK,
		     "unpacking the initramfs of %" PRIu64 " MiB to %" PRIu64
		     " MiB beside the kernel takes %" PRIu64 " MiB",
		     mib(images->packed_bytes), mib(images->unpacked_bytes),
		     mib(floor));
}

static void want_unproven(struct sizing *sizing)
{
	uint64_t peak = sizing->learned.line.unproven_kib * 1024;
	uint64_t need = peak + policy(sizing, CONFIG_MARGIN_MIN);

	if (peak && sizing->want_bytes < need)
		want(sizing, need, PLAN_CRASHKERNEL_MEASURED,
		     "a capture that may be another machine's used %" PRIu64
		     " MiB; with the least margin that is %" PRIu64 " MiB",
		     mib(peak), mib(need));
}

/*
 * The kernel could not reserve the size that was asked for, and would not find
 * it in the same form again. If the size is the table's, plan less, which may
 * be enough. If it was measured or computed, less would not be.
 */
static void want_what_fits(struct sizing *sizing)
{
	uint64_t asked = sizing->asked_bytes,
		 step = policy(sizing, CONFIG_ROUND);
	uint64_t less = asked / 4 * 3 / step * step;

	if (asked == 0 || sizing->want_bytes < asked || sizing->other_form)
		return;
	if (sizing->reason == PLAN_CRASHKERNEL_TABLE &&
	    less >= sizing_least_bytes(sizing))
		want(sizing, less, PLAN_CRASHKERNEL_UNRESERVED,
		     "the kernel did not find %" PRIu64
		     " MiB in one piece: less is tried",
		     mib(asked));
	else
		want(sizing, 0, PLAN_CRASHKERNEL_UNRESERVED,
		     "%" PRIu64 " MiB are needed, and the kernel did not find "
		     "%" PRIu64 " MiB in one piece: left as it is",
		     mib(sizing->want_bytes), mib(asked));
}

void sizing_choose(struct sizing *sizing)
{
	const struct learned *learned = &sizing->learned;

	sizing->failed =
		learned->newest && (learned->newest->outcome != CAPTURE_SAVED ||
				    lacked_memory(sizing, learned->newest));
	if (learned->line.peaks_count)
		want_measured(sizing);
	else if (!want_rehearsed(sizing) && !want_as_others(sizing))
		want_unmeasured(sizing);
	want_unproven(sizing);
	want_above_bound(sizing);
	want_as_saved(sizing);
	want_after_unknown(sizing);
	if (sizing->want_bytes == 0)
		return;
	sizing->want_bytes =
		larger(sizing->want_bytes, policy(sizing, CONFIG_MINIMUM));
	want_unpacked(sizing);
	if (sizing->reason != PLAN_CRASHKERNEL_ENOUGH)
		sizing->want_bytes = round_up(sizing->want_bytes,
					      policy(sizing, CONFIG_ROUND));
	want_what_fits(sizing);
}
