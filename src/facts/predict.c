// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/predict.h"

#include <string.h>

#include "lib/macros.h"

/*
 * ZONE_DMA of x86 ends at 16 MiB (MAX_DMA_PFN). Kernels since 5.13
 * (f1d4d47c5851) reserve the first MiB, so only 1 to 16 MiB counts.
 */
#define X86_DMA_START (1 * MIB)
#define X86_DMA_END   (16 * MIB - 1)

typedef bool (*range_test)(const struct facts *facts, const struct range *r);

static bool any_range(const struct facts *facts, range_test test)
{
	for (size_t i = 0; i < facts->iomem.crash_count; i++) {
		if (test(facts, &facts->iomem.crash[i]))
			return true;
	}
	/* crashkernel=,cma (6.17): the capture kernel gets these as RAM too */
	for (size_t i = 0; i < facts->crash_cma_count; i++) {
		if (test(facts, &facts->crash_cma[i]))
			return true;
	}
	return false;
}

static bool in_x86_dma_zone(const struct facts *facts, const struct range *r)
{
	(void)facts;
	return iomem_range_overlaps(r, X86_DMA_START, X86_DMA_END);
}

static bool below_4g(const struct facts *facts, const struct range *r)
{
	(void)facts;
	return r->start < 4 * GIB;
}

/* True if r shares a page with the running kernel's zone of that name. */
static bool in_zone(const struct facts *facts, const char *name,
		    const struct range *r)
{
	for (size_t i = 0; i < facts->zoneinfo.zones_count; i++) {
		const struct zone *zone = &facts->zoneinfo.zones[i];
		uint64_t first = zone->start_pfn, pages = zone->spanned_pages;

		if (streq(zone->name, name) && zone->have_start_pfn &&
		    pages > 0 &&
		    iomem_range_overlaps(r, first * facts->page_bytes,
					 (first + pages) * facts->page_bytes -
						 1))
			return true;
	}
	return false;
}

static bool in_dma_zone(const struct facts *facts, const struct range *r)
{
	return in_zone(facts, "DMA", r);
}

static void predict_x86(const struct facts *facts, struct prediction *out)
{
	out->have = true;
	out->dma32 = any_range(facts, below_4g) ? VERDICT_MANAGED
						: VERDICT_UNMANAGED;
	if (any_range(facts, in_x86_dma_zone)) {
		out->dma = VERDICT_MANAGED;
		out->reason = PREDICT_IN_DMA_ZONE;
	} else if (facts->version >= KERNEL_VERSION_OF(5, 13)) {
		out->dma = VERDICT_UNMANAGED;
		out->reason = PREDICT_OUTSIDE_DMA_ZONE;
	} else if (facts->version != 0) {
		out->dma = VERDICT_MANAGED;
		out->reason = PREDICT_LOW_1M_GIVEN;
	} else {
		out->have = false;
		out->reason = PREDICT_NOT_KNOWN_HERE;
	}
}

/*
 * The capture kernel takes ZONE_DMA's limit from firmware, as this kernel did.
 * If it has no memory below 4 GiB, either all its memory becomes ZONE_DMA or,
 * where firmware keeps regions below 4 GiB, none does.
 */
static void predict_arm64(const struct facts *facts, struct prediction *out)
{
	if (any_range(facts, in_dma_zone)) {
		out->have = true;
		out->dma = VERDICT_MANAGED;
		out->dma32 = VERDICT_MANAGED;
		out->reason = PREDICT_IN_DMA_ZONE;
	} else if (any_range(facts, below_4g)) {
		out->have = true;
		out->dma = VERDICT_UNMANAGED;
		out->dma32 = VERDICT_MANAGED;
		out->reason = PREDICT_OUTSIDE_DMA_ZONE;
	} else {
		out->reason = PREDICT_ALL_HIGH;
	}
}

static bool is_x86(const struct facts *facts)
{
	return streq(facts->machine, "x86_64") || streq(facts->machine, "i686");
}

struct prediction predict_capture(const struct facts *facts)
{
	struct prediction out = { false, VERDICT_UNKNOWN, VERDICT_UNKNOWN,
				  PREDICT_NOT_KNOWN_HERE };
	struct verdicts now = verdict_of(facts);

	if (facts->have_capture_kernel && facts->is_capture_kernel) {
		out.reason = PREDICT_IS_CAPTURE;
	} else if (!facts->have_iomem) {
		out.reason = PREDICT_NOT_READABLE;
	} else if (facts->iomem.crash_count == 0) {
		out.reason = PREDICT_NO_RESERVATION;
	} else if (is_x86(facts)) {
		predict_x86(facts, &out);
	} else if (streq(facts->machine, "aarch64") && facts->page_bytes != 0) {
		predict_arm64(facts, &out);
	}
	if (out.have && now.dma == VERDICT_ABSENT) {
		out.dma = VERDICT_ABSENT;
		out.reason = PREDICT_NO_ZONE_DMA;
	}
	if (out.have && now.dma32 == VERDICT_ABSENT)
		out.dma32 = VERDICT_ABSENT;
	return out;
}

static const struct {
	const char *name;
	const char *text;
} reasons[] = {
	[PREDICT_IS_CAPTURE] = { "is-capture-kernel",
				 "this is the capture kernel" },
	[PREDICT_NO_RESERVATION] = { "no-reservation",
				     "no memory is reserved for a capture "
				     "kernel (crashkernel=)" },
	[PREDICT_NOT_READABLE] = { "iomem-not-readable",
				   "the crash reservation's addresses cannot "
				   "be read (root can)" },
	[PREDICT_NO_ZONE_DMA] = { "no-zone-dma",
				  "the same kernel has no DMA zone" },
	[PREDICT_IN_DMA_ZONE] = { "reservation-in-dma-zone",
				  "a part of the crash reservation lies in the "
				  "DMA zone" },
	[PREDICT_OUTSIDE_DMA_ZONE] = { "reservation-outside-dma-zone",
				       "no part of the crash reservation lies "
				       "in the DMA zone" },
	[PREDICT_LOW_1M_GIVEN] = { "low-1m-given",
				   "before Linux 5.13 the capture kernel may "
				   "use memory below 1 MiB" },
	[PREDICT_ALL_HIGH] = { "reservation-all-high",
			       "all of the crash reservation lies above "
			       "4 GiB, where it depends on firmware" },
	[PREDICT_NOT_KNOWN_HERE] = { "not-known-here",
				     "nothing is known for this architecture "
				     "or kernel" },
};

const char *prediction_reason_name(enum prediction_reason reason)
{
	return reasons[reason].name;
}

const char *prediction_reason_text(enum prediction_reason reason)
{
	return reasons[reason].text;
}
