// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * crashkernel= for the next boot. What captures measured comes first, then an
 * estimate from the images, then the table. Only a measurement lowers it.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "config/crashkernel.h"
#include "plan/plan.h"
#include "plan/reach.h"

#define MIB	   (UINT64_C(1) << 20)
#define GIB	   (UINT64_C(1) << 30)
#define RECENT	   5 /* captures that count */
#define WORDS_FORM "crashkernel=%" PRIu64 "M"

static uint64_t round_up(uint64_t bytes, uint64_t step)
{
	return (bytes + step - 1) / step * step;
}

/* What is needed or used, for people. What there is, is rounded down. */
static uint64_t mib(uint64_t bytes)
{
	return (bytes + MIB - 1) / MIB;
}

/* What recent captures of this kernel line say. */
struct measured {
	uint64_t count;
	uint64_t measured_count;  /* of them, whose peak counts */
	uint64_t peak_bytes;	  /* 0: none measured */
	uint64_t initrd_bytes;	  /* of the capture with that peak */
	uint64_t too_small_bytes; /* a reservation that ran out; 0 none */
	/* The least in which today's initramfs was saved with; 0 none. */
	uint64_t unpacked_in_bytes;
	const struct capture *newest;
	/* The first of the findings of "no dump" that nothing followed. */
	const struct capture *first_no_dump;
	const struct capture *previous; /* while they are gone through */
};

static uint64_t reserved_of(const struct capture *capture)
{
	return capture->have_reserved ? capture->reserved_kib * 1024 : 0;
}

/*
 * A dump that failed where an allocation did, with less left than the least
 * margin: nothing need be killed for a capture to lack memory.
 */
static bool was_starved(const struct config *config,
			const struct capture *capture)
{
	return capture->outcome == CAPTURE_FAILED &&
	       capture->page_allocation_failures > 0 &&
	       capture->have_available_lowest &&
	       capture->available_lowest_kib * 1024 <
		       config_number(config, CONFIG_MARGIN_MIN);
}

static bool ran_out(const struct config *config, const struct capture *capture)
{
	return capture_ran_out(capture) || was_starved(config, capture);
}

/*
 * It was unpacked there, or a larger one was. x86 gives a capture kernel the
 * memory below 640 KiB, too: not a part of crashkernel=.
 */
static void add_unpacked(const struct images *images, struct measured *out,
			 const struct capture *capture)
{
	uint64_t bytes = reserved_of(capture) / MIB * MIB;

	if (images->have_initramfs && capture->have_initrd &&
	    capture->initrd_kib * 1024 >= images->packed_bytes && bytes &&
	    (!out->unpacked_in_bytes || bytes < out->unpacked_in_bytes))
		out->unpacked_in_bytes = bytes;
}

static void add_capture(const struct plan_input *input, struct measured *out,
			const struct capture *capture)
{
	uint64_t peak = capture_peak_kib(capture) * 1024;

	/* From newest to oldest. */
	if (!out->newest)
		out->newest = capture;
	if (capture->outcome == CAPTURE_NO_DUMP &&
	    (out->newest == capture || out->first_no_dump == out->previous))
		out->first_no_dump = capture;
	out->previous = capture;
	out->count++;
	/* A capture that ran out measured its reservation, not its need. */
	if (ran_out(input->config, capture)) {
		if (reserved_of(capture) > out->too_small_bytes)
			out->too_small_bytes = reserved_of(capture);
	} else if (capture->outcome == CAPTURE_SAVED) {
		add_unpacked(&input->host->images, out, capture);
		out->measured_count += peak > 0;
		if (peak > out->peak_bytes) {
			out->peak_bytes = peak;
			out->initrd_bytes = capture->have_initrd
						    ? capture->initrd_kib * 1024
						    : 0;
		}
	}
}

static struct measured measure(const struct plan_input *input)
{
	const struct history *history = input->history;
	struct measured out = { 0 };

	for (size_t i = history->count; i > 0; i--) {
		const struct capture *capture = &history->captures[i - 1];

		if (strcmp(capture->machine, input->facts->machine) ||
		    !capture_same_line(capture->release, input->facts->release))
			continue;
		if (out.count < RECENT)
			add_capture(input, &out, capture);
		/* A run of "no dump" goes back to its first, however far. */
		else if (out.first_no_dump == out.previous &&
			 capture->outcome == CAPTURE_NO_DUMP)
			out.first_no_dump = out.previous = capture;
		else
			break;
	}
	return out;
}

/* Everything that decides, in bytes; 0 is "not known" or "none". */
struct sizing {
	const struct plan_input *input;
	struct measured measured;
	struct estimate estimate;
	struct crashkernel_result now; /* configured for the next boot */
	uint64_t now_bytes;	       /* all parts of it */
	uint64_t asked_bytes; /* what the running kernel did not reserve */
	bool high;	      /* write it as ,high and ,low */
	bool needs_low;
	uint64_t low_bytes;
	uint64_t limit_bytes; /* the share of RAM */
	uint64_t table_bytes;
	uint64_t want_bytes;
	bool failed; /* the last capture did */
	enum plan_reason reason;
	char why[PLAN_SENTENCE_MAX / 2];
};

static uint64_t policy(const struct sizing *sizing, enum config_key key)
{
	return config_number(sizing->input->config, key);
}

static bool is_x86(const struct sizing *sizing)
{
	return !strcmp(sizing->input->facts->machine, "x86_64");
}

static bool encrypted(const struct sizing *sizing)
{
	const struct encryption_facts *facts =
		&sizing->input->facts->encryption;

	return (facts->have && facts->firm && facts->active) ||
	       (sizing->input->host->have_boot_encryption &&
		sizing->input->host->boot_encrypted);
}

static bool reserved_above_4g(const struct facts *facts)
{
	for (size_t i = 0; facts->have_iomem && i < facts->iomem.crash_count;
	     i++)
		if (facts->iomem.crash[i].start >= 4 * GIB)
			return true;
	return false;
}

/*
 * x86 sets up swiotlb when it can see memory above 4 GiB: its own, or what
 * SRAT tells of on a NUMA machine; and always under encryption.
 */
static bool has_swiotlb(const struct sizing *sizing)
{
	const struct facts *facts = sizing->input->facts;

	if (encrypted(sizing))
		return true;
	return is_x86(sizing) &&
	       (sizing->high ||
		(facts->have_iomem && facts->iomem.ram_end >= 4 * GIB &&
		 sizing->input->host->several_nodes));
}

static const char *table_of(const struct sizing *sizing)
{
	static const struct {
		const char *machine;
		enum config_key key;
	} tables[] = {
		{ "x86_64", CONFIG_CRASHKERNEL_X86_64 },
		{ "aarch64", CONFIG_CRASHKERNEL_AARCH64 },
		{ "ppc64le", CONFIG_CRASHKERNEL_PPC64LE },
		{ "s390x", CONFIG_CRASHKERNEL_S390X },
		{ "riscv64", CONFIG_CRASHKERNEL_RISCV64 },
		{ "loongarch64", CONFIG_CRASHKERNEL_LOONGARCH64 },
	};
	const struct facts *facts = sizing->input->facts;

	if (!strcmp(facts->machine, "aarch64") && facts->page_bytes == 65536)
		return config_text(sizing->input->config,
				   CONFIG_CRASHKERNEL_AARCH64_64K);
	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++)
		if (!strcmp(facts->machine, tables[i].machine))
			return config_text(sizing->input->config,
					   tables[i].key);
	return "";
}

static uint64_t table_bytes(const struct sizing *sizing)
{
	const char *table = table_of(sizing);
	char cmdline[CONFIG_VALUE_MAX + sizeof("crashkernel=")];

	if (!table[0] || !sizing->input->host->have_ram_bytes)
		return 0;
	snprintf(cmdline, sizeof(cmdline), "crashkernel=%s", table);
	return crashkernel_evaluate(cmdline, sizing->input->host->ram_bytes,
				    KERNEL_VERSION_OF(6, 1), "x86_64")
		.size_bytes;
}

/* The least memory that the table has something for; 0: it has nothing. */
static uint64_t table_from_bytes(const struct sizing *sizing)
{
	struct crashkernel table;

	if (crashkernel_parse(text_of(table_of(sizing)), &table) ||
	    !table.ranges_count)
		return 0;
	return table.ranges[0].start_bytes;
}

static void evaluate_now(struct sizing *sizing)
{
	const struct facts *facts = sizing->input->facts;
	const struct host *host = sizing->input->host;

	sizing->now = crashkernel_evaluate(
		host->next_crashkernel,
		host->have_ram_bytes ? host->ram_bytes : UINT64_MAX,
		facts->version, facts->machine);
	sizing->now_bytes = sizing->now.size_bytes + sizing->now.cma_bytes;
	if (!sizing->now.high)
		return;
	sizing->now_bytes += sizing->now.have_low
				     ? sizing->now.low_bytes
				     : crashkernel_default_low_bytes(
					       facts->machine,
					       policy(sizing, CONFIG_SWIOTLB));
}

/* Why the words that stay for the next boot reserve nothing, if they do. */
static enum unreserved_cause unreserved(const struct sizing *sizing)
{
	const struct host *host = sizing->input->host;

	/* What was given back is there again after a reboot. */
	return host->awaits_reboot ||
			       host->unreserved.cause == UNRESERVED_GIVEN_BACK
		       ? UNRESERVED_NOT
		       : host->unreserved.cause;
}

/*
 * ,high stays where it is asked for, or where the kernel fell back to it. Where
 * nothing was reserved, the other half of memory is asked for: arm64 looks
 * there by itself from 6.2 on (a149cf00b158), x86 always did. Without room
 * below 4 GiB for what the kernel takes there by default, ,low says less.
 */
static bool wants_high(const struct sizing *sizing)
{
	const struct facts *facts = sizing->input->facts;
	enum unreserved_cause cause = unreserved(sizing);

	if (!crashkernel_knows_high(facts->version, facts->machine))
		return false;
	if (cause == UNRESERVED_LOW)
		return true;
	if (cause == UNRESERVED_NO_ROOM)
		return !sizing->now.high &&
		       !strcmp(facts->machine, "aarch64") &&
		       facts->version < KERNEL_VERSION_OF(6, 2);
	return sizing->now.high || reserved_above_4g(facts);
}

static void choose_form(struct sizing *sizing)
{
	const struct facts *facts = sizing->input->facts;

	sizing->high = wants_high(sizing);
	sizing->needs_low = has_swiotlb(sizing) || !facts->pci.have ||
			    facts->pci.low_count > 0;
	if (!sizing->high || !sizing->needs_low)
		return;
	sizing->low_bytes = policy(sizing, CONFIG_LOW);
	if (has_swiotlb(sizing) &&
	    sizing->low_bytes < policy(sizing, CONFIG_SWIOTLB) + 8 * MIB)
		sizing->low_bytes = policy(sizing, CONFIG_SWIOTLB) + 8 * MIB;
}

/* The same size is asked for again only in a form that was not tried. */
static bool is_other_form(const struct sizing *sizing)
{
	const struct crashkernel_result *now = &sizing->now;

	if (unreserved(sizing) == UNRESERVED_LOW)
		return !now->have_low || now->low_bytes > sizing->low_bytes;
	return unreserved(sizing) == UNRESERVED_OFFSET ||
	       now->high != sizing->high;
}

static void collect(const struct plan_input *input, struct sizing *sizing)
{
	struct estimate_input needs = {
		.images = input->host->images,
		.ram_bytes = input->host->ram_bytes,
		.page_bytes = input->facts->page_bytes ?: 4096,
		.cpus_count = input->host->cpus_count,
	};

	memset(sizing, 0, sizeof(*sizing));
	sizing->input = input;
	sizing->measured = measure(input);
	evaluate_now(sizing);
	choose_form(sizing);
	if (unreserved(sizing)) {
		sizing->asked_bytes = sizing->now_bytes;
		sizing->now_bytes = 0;
	}
	needs.swiotlb = has_swiotlb(sizing);
	needs.encryption = encrypted(sizing);
	sizing->estimate = estimate(&needs, input->config);
	sizing->table_bytes = table_bytes(sizing);
	if (input->host->have_ram_bytes)
		sizing->limit_bytes = input->host->ram_bytes / 100 *
				      policy(sizing, CONFIG_RAM_SHARE_PERCENT);
}

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

/* A new image that is larger takes its growth packed and unpacked. */
static uint64_t growth_bytes(const struct sizing *sizing)
{
	const struct images *images = &sizing->input->host->images;
	uint64_t was = sizing->measured.initrd_bytes;

	if (!images->have_initramfs || was == 0 ||
	    images->packed_bytes <= was + MIB)
		return 0;
	return 4 * (images->packed_bytes - was);
}

static uint64_t margin_bytes(const struct sizing *sizing, uint64_t peak)
{
	uint64_t margin = peak / 100 * policy(sizing, CONFIG_MARGIN_PERCENT);
	uint64_t least = policy(sizing, CONFIG_MARGIN_MIN);

	return margin > least ? margin : least;
}

static void want_measured(struct sizing *sizing)
{
	const struct measured *measured = &sizing->measured;
	uint64_t peak = measured->peak_bytes + growth_bytes(sizing);
	uint64_t margin = margin_bytes(sizing, peak);

	want(sizing, peak + margin, PLAN_CRASHKERNEL_MEASURED,
	     "%" PRIu64 " capture%s of this kernel line used at most %" PRIu64
	     " MiB%s; with a margin of %" PRIu64 " MiB that is %" PRIu64 " MiB",
	     measured->measured_count, measured->measured_count == 1 ? "" : "s",
	     mib(peak),
	     growth_bytes(sizing) ? " (the initramfs has grown since)" : "",
	     mib(margin), mib(peak + margin));
	if (measured->too_small_bytes >= sizing->want_bytes)
		want(sizing, measured->too_small_bytes + margin,
		     PLAN_CRASHKERNEL_RAN_OUT,
		     "an earlier capture ran out of memory in %" PRIu64 " MiB",
		     measured->too_small_bytes / MIB);
}

static void want_more_than(struct sizing *sizing, const struct capture *newest,
			   uint64_t base)
{
	uint64_t percent = policy(sizing, CONFIG_RAISE_PERCENT);
	uint64_t bytes = base + base / 100 * percent;

	if (newest->outcome == CAPTURE_NO_DUMP)
		want(sizing, bytes, PLAN_CRASHKERNEL_NO_DUMP,
		     "the last crash left neither a dump nor a record with "
		     "%" PRIu64 " MiB reserved; %" PRIu64 " %% more",
		     base / MIB, percent);
	else if (capture_ran_out(newest))
		want(sizing, bytes, PLAN_CRASHKERNEL_RAN_OUT,
		     "the last capture ran out of memory in %" PRIu64
		     " MiB; %" PRIu64 " %% more",
		     base / MIB, percent);
	else
		want(sizing, bytes, PLAN_CRASHKERNEL_RAN_OUT,
		     "the last capture failed when an allocation did, with "
		     "%" PRIu64 " of %" PRIu64 " MiB left; %" PRIu64 " %% more",
		     newest->available_lowest_kib / 1024, base / MIB, percent);
}

/* The last capture failed for lack of memory, or left nothing to learn from. */
static bool want_raised(struct sizing *sizing)
{
	const struct capture *newest = sizing->measured.newest;
	const struct config *config = sizing->input->config;
	uint64_t base;

	if (!newest ||
	    (!ran_out(config, newest) && newest->outcome != CAPTURE_NO_DUMP))
		return false;
	if (newest->outcome == CAPTURE_NO_DUMP)
		newest = sizing->measured.first_no_dump;
	sizing->failed = true;
	/*
	 * Not what is set now: that may be what this very capture raised, and
	 * would be raised at each boot.
	 */
	base = reserved_of(newest);
	if (base == 0) {
		if (sizing->now_bytes == 0)
			return false;
		want(sizing, sizing->now_bytes, PLAN_CRASHKERNEL_ENOUGH,
		     "the last capture failed, in a reservation of unknown "
		     "size: %" PRIu64 " MiB stay",
		     mib(sizing->now_bytes));
		return true;
	}
	want_more_than(sizing, newest, base);
	return true;
}

static void want_estimated(struct sizing *sizing)
{
	const struct estimate *e = &sizing->estimate;
	const struct images *images = &sizing->input->host->images;

	want(sizing, e->total_bytes, PLAN_CRASHKERNEL_ESTIMATED,
	     "nothing was measured yet; kernel %" PRIu64 ", initramfs %" PRIu64
	     " packed and %" PRIu64 " unpacked%s, user space %" PRIu64
	     ", swiotlb %" PRIu64 ", all else %" PRIu64 ": %" PRIu64 " MiB",
	     mib(e->kernel_bytes), mib(images->packed_bytes),
	     mib(images->unpacked_bytes),
	     images->unpacked_is_assumed ? " (assumed)" : "",
	     mib(e->userspace_bytes), mib(e->swiotlb_bytes),
	     mib(e->per_cpu_bytes + e->bitmap_bytes + e->encryption_bytes +
		 e->luks_bytes + e->page_structs_bytes),
	     mib(e->total_bytes));
	/* An estimate does not lower what is set. */
	if (sizing->now_bytes >= e->total_bytes)
		want(sizing, sizing->now_bytes, PLAN_CRASHKERNEL_ENOUGH,
		     "nothing was measured yet, and the estimate of %" PRIu64
		     " MiB fits the %" PRIu64 " MiB that are set",
		     mib(e->total_bytes), mib(sizing->now_bytes));
}

static void want_from_table(struct sizing *sizing)
{
	if (sizing->now_bytes > 0)
		want(sizing, sizing->now_bytes, PLAN_CRASHKERNEL_ENOUGH,
		     "nothing was measured or could be estimated: %" PRIu64
		     " MiB stay",
		     mib(sizing->now_bytes));
	else if (sizing->table_bytes > 0)
		want(sizing, sizing->table_bytes, PLAN_CRASHKERNEL_TABLE,
		     "nothing was measured or could be estimated; the table "
		     "has %" PRIu64 " MiB for %" PRIu64 " MiB of memory",
		     mib(sizing->table_bytes),
		     mib(sizing->input->host->ram_bytes));
	else if (sizing->input->host->have_ram_bytes &&
		 sizing->input->host->ram_bytes < table_from_bytes(sizing))
		want(sizing, 0, PLAN_CRASHKERNEL_TOO_SMALL,
		     "%" PRIu64 " MiB of memory are too little to keep some of "
		     "it for a capture kernel: from %" PRIu64 " MiB on some is "
		     "reserved",
		     sizing->input->host->ram_bytes / MIB,
		     mib(table_from_bytes(sizing)));
	else
		want(sizing, 0, PLAN_CRASHKERNEL_UNKNOWN,
		     "nothing was measured or could be estimated, and the "
		     "table has nothing for this machine");
}

/* An assumed size is no reason to outbid a measurement. */
static void want_unpacked(struct sizing *sizing)
{
	const struct images *images = &sizing->input->host->images;
	uint64_t floor = sizing->estimate.unpack_bytes;
	uint64_t seen = sizing->measured.unpacked_in_bytes;

	if (!sizing->estimate.have || images->unpacked_is_assumed ||
	    images->kernel_is_assumed)
		return;
	/* Nor is what was computed, where it was seen to be unpacked in less.
	 */
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

static uint64_t least_bytes(const struct sizing *sizing)
{
	uint64_t least = sizing->estimate.unpack_bytes;

	if (least < policy(sizing, CONFIG_MINIMUM))
		least = policy(sizing, CONFIG_MINIMUM);
	return round_up(least, policy(sizing, CONFIG_ROUND));
}

/*
 * As much again in the same form would not be found again. Less than a table
 * has may do; less than what was measured or computed does not.
 */
static void want_what_fits(struct sizing *sizing)
{
	uint64_t asked = sizing->asked_bytes,
		 step = policy(sizing, CONFIG_ROUND);
	uint64_t less = asked / 4 * 3 / step * step;

	if (asked == 0 || sizing->want_bytes < asked || is_other_form(sizing))
		return;
	if (sizing->reason == PLAN_CRASHKERNEL_TABLE &&
	    less >= least_bytes(sizing))
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

static void choose_source(struct sizing *sizing)
{
	uint64_t least = policy(sizing, CONFIG_MINIMUM);

	if (!want_raised(sizing)) {
		if (sizing->measured.peak_bytes > 0)
			want_measured(sizing);
		else if (sizing->estimate.have)
			want_estimated(sizing);
		else
			want_from_table(sizing);
	}
	if (sizing->want_bytes == 0)
		return;
	if (sizing->want_bytes < least)
		sizing->want_bytes = least;
	want_unpacked(sizing);
	if (sizing->reason != PLAN_CRASHKERNEL_ENOUGH)
		sizing->want_bytes = round_up(sizing->want_bytes,
					      policy(sizing, CONFIG_ROUND));
	want_what_fits(sizing);
}

/*
 * A total that is large enough may have a main part that is too small to unpack
 * the image. A part from CMA is never planned: each capture would wait 10 s
 * (CMA_DMA_TIMEOUT_SEC), and the dump would lack user pages.
 */
static bool form_is_right(const struct sizing *sizing)
{
	return !sizing->now.cma_bytes &&
	       (!sizing->now.high ||
		sizing->now.size_bytes >= least_bytes(sizing));
}

/* Is what is set close enough to be left alone? */
static bool within_tolerance(const struct sizing *sizing)
{
	uint64_t tolerance = policy(sizing, CONFIG_TOLERANCE);
	uint64_t now = sizing->now_bytes, wanted = sizing->want_bytes;

	if (now == 0 || !form_is_right(sizing))
		return false;
	if (now >= wanted)
		return now - wanted <= tolerance;
	/* Up: only while the least margin is still there. */
	return sizing->reason == PLAN_CRASHKERNEL_MEASURED &&
	       wanted - now <= tolerance &&
	       now >= sizing->measured.peak_bytes + growth_bytes(sizing) +
			       policy(sizing, CONFIG_MARGIN_MIN);
}

static uint64_t low_part_bytes(const struct sizing *sizing)
{
	return sizing->high ? round_up(sizing->low_bytes,
				       policy(sizing, CONFIG_ROUND))
			    : 0;
}

/* All of it, or with ,high what is not ,low. */
static uint64_t main_bytes(const struct sizing *sizing)
{
	uint64_t low = low_part_bytes(sizing), total = sizing->want_bytes;
	uint64_t step = policy(sizing, CONFIG_ROUND);
	uint64_t main = total > low + step ? total - low : step;

	if (!sizing->high)
		return total;
	/*
	 * What only low memory can serve does not help to unpack. Without an
	 * estimate the least is policy's.
	 */
	return main > least_bytes(sizing) ? main : least_bytes(sizing);
}

static void write_words(const struct sizing *sizing, char *buf, size_t size)
{
	if (sizing->high) {
		snprintf(buf, size, WORDS_FORM ",high " WORDS_FORM ",low",
			 main_bytes(sizing) / MIB,
			 low_part_bytes(sizing) / MIB);
	} else {
		snprintf(buf, size, WORDS_FORM, sizing->want_bytes / MIB);
	}
}

static void decide(struct sizing *sizing, struct setting *setting)
{
	uint64_t total = sizing->want_bytes == 0
				 ? 0
				 : main_bytes(sizing) + low_part_bytes(sizing);

	if (sizing->limit_bytes && total > sizing->limit_bytes &&
	    total > sizing->now_bytes) {
		plan_because(setting, PLAN_CRASHKERNEL_RAM_SHARE,
			     "%s, but that is more than %" PRIu64
			     " %% of %" PRIu64 " MiB of memory: left as it is",
			     sizing->why,
			     policy(sizing, CONFIG_RAM_SHARE_PERCENT),
			     mib(sizing->input->host->ram_bytes));
		return;
	}
	if (sizing->want_bytes == 0 ||
	    sizing->reason == PLAN_CRASHKERNEL_ENOUGH) {
		plan_because(setting, sizing->reason, "%s", sizing->why);
		return;
	}
	if (within_tolerance(sizing)) {
		plan_because(setting, PLAN_CRASHKERNEL_TOLERANCE,
			     "%s; the %" PRIu64 " MiB that are set are close "
			     "enough",
			     sizing->why, mib(sizing->now_bytes));
		return;
	}
	/* Nothing that failed is made smaller by its own failure. */
	if ((sizing->failed || (sizing->reason != PLAN_CRASHKERNEL_MEASURED &&
				sizing->reason != PLAN_CRASHKERNEL_UNPACK)) &&
	    sizing->want_bytes <= sizing->now_bytes) {
		plan_because(setting, PLAN_CRASHKERNEL_ENOUGH,
			     "%s; %" PRIu64 " MiB are set", sizing->why,
			     mib(sizing->now_bytes));
		return;
	}
	write_words(sizing, setting->new, sizeof(setting->new));
	plan_because(setting, sizing->reason, "%s, rounded to %" PRIu64 " MiB",
		     sizing->why, mib(sizing->want_bytes));
}

static void fill_numbers(const struct sizing *sizing,
			 struct plan_numbers *numbers)
{
	const struct facts *facts = sizing->input->facts;

	for (size_t i = 0; facts->have_iomem && i < facts->iomem.crash_count;
	     i++)
		numbers->reserved_bytes += facts->iomem.crash[i].end -
					   facts->iomem.crash[i].start + 1;
	numbers->ram_bytes = sizing->input->host->ram_bytes;
	numbers->configured_bytes = sizing->now_bytes;
	numbers->measured_bytes = sizing->measured.peak_bytes;
	numbers->captures_count = sizing->measured.measured_count;
	numbers->needed_bytes = sizing->want_bytes;
	numbers->estimate = sizing->estimate;
}

/* In front of whatever is planned, and of why nothing is. */
static void say_unreserved(struct setting *setting)
{
	char why[PLAN_SENTENCE_MAX];

	snprintf(why, sizeof(why), "%s", setting->sentence);
	plan_because(setting, setting->reason, "%.100s reserved nothing; %s",
		     setting->old, why);
}

void plan_crashkernel(const struct plan_input *input, struct setting *setting,
		      struct plan_numbers *numbers)
{
	const struct host *host = input->host;
	uint64_t manage =
		config_number(input->config, CONFIG_MANAGE_CRASHKERNEL);
	struct sizing sizing;

	snprintf(setting->old, sizeof(setting->old), "%s",
		 host->next_crashkernel);
	snprintf(setting->new, sizeof(setting->new), "%s",
		 host->next_crashkernel);
	collect(input, &sizing);
	choose_source(&sizing);
	fill_numbers(&sizing, numbers);
	if (manage == CONFIG_MANAGE_NEVER)
		plan_because(setting, PLAN_NOT_MANAGED,
			     "manage_crashkernel is never");
	else if (!input->facts->have_cmdline)
		plan_because(setting, PLAN_CRASHKERNEL_UNKNOWN,
			     "the kernel's command line cannot be read");
	else if (host->crashkernel_whose.owner == OWNER_ADMINISTRATOR &&
		 manage != CONFIG_MANAGE_ALWAYS)
		plan_because(setting, PLAN_ADMINISTRATOR,
			     "%s was set by hand and is left alone",
			     host->next_crashkernel);
	else if (input->facts->version == 0)
		plan_because(setting, PLAN_CRASHKERNEL_UNKNOWN,
			     "the kernel's version is not known");
	else if (!host->next_crashkernel[0] && input->facts->have_iomem &&
		 input->facts->iomem.crash_count > 0)
		plan_because(setting, PLAN_CRASHKERNEL_UNKNOWN,
			     "memory is reserved, and the kernel's command "
			     "line does not say so");
	else if (!host->have_ram_bytes)
		plan_because(setting, PLAN_CRASHKERNEL_UNKNOWN,
			     "the size of memory is not known");
	else
		decide(&sizing, setting);
	if (unreserved(&sizing))
		say_unreserved(setting);
	plan_say_unreached(input->facts, setting);
}
