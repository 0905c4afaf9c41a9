// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/verdict.h"

#include <string.h>

#include "lib/macros.h"

static enum verdict of_sum(const struct zone_sum *sum)
{
	if (!sum->seen)
		return VERDICT_ABSENT;
	return sum->managed_pages > 0 ? VERDICT_MANAGED : VERDICT_UNMANAGED;
}

/*
 * zoneinfo has no "zone DMA" block. Since 4.12 (b2bd8598195f) every configured
 * zone has one, so CONFIG_ZONE_DMA is off; a block of a zone without pages
 * shows such a kernel. Older kernels leave unpopulated zones out, too: there,
 * pgalloc_dma in /proc/vmstat tells whether the option is on.
 */
static void dma_not_listed(const struct facts *facts, struct verdicts *out)
{
	if (facts->have_vmstat && facts->vmstat_zone_dma) {
		out->dma = VERDICT_UNMANAGED;
		out->reason = REASON_DMA_NOT_LISTED;
	} else if (facts->have_vmstat || facts->zoneinfo.lists_unpopulated ||
		   facts->version >= KERNEL_VERSION_OF(4, 12)) {
		out->dma = VERDICT_ABSENT;
		out->reason = REASON_NO_ZONE_DMA;
	} else {
		out->dma = VERDICT_UNKNOWN;
		out->reason = REASON_NO_ZONE_LISTS;
	}
}

static enum verdict dma32_of(const struct facts *facts, enum verdict dma)
{
	enum verdict dma32 = of_sum(&facts->zoneinfo.dma32);

	/*
	 * On arm64 ZONE_DMA reaches up to 4 GiB (or to the lowest limit that
	 * firmware names, and then ZONE_DMA32 has the rest).
	 */
	if (streq(facts->machine, "aarch64") && dma32 != VERDICT_MANAGED)
		return dma;
	return dma32;
}

struct verdicts verdict_of(const struct facts *facts)
{
	struct verdicts out = { VERDICT_UNKNOWN, VERDICT_UNKNOWN,
				REASON_ZONEINFO_MISSING };

	if (!facts->have_zoneinfo) {
		if (facts->zoneinfo_error.what)
			out.reason = REASON_ZONEINFO_MALFORMED;
		return out;
	}
	out.dma = of_sum(&facts->zoneinfo.dma);
	if (out.dma == VERDICT_MANAGED)
		out.reason = REASON_DMA_MANAGED;
	else if (out.dma == VERDICT_UNMANAGED)
		out.reason = REASON_DMA_NONE_MANAGED;
	else
		dma_not_listed(facts, &out);
	out.dma32 = dma32_of(facts, out.dma);
	return out;
}

const char *verdict_name(enum verdict verdict)
{
	static const char *const names[] = {
		[VERDICT_UNKNOWN] = "unknown",
		[VERDICT_MANAGED] = "managed",
		[VERDICT_UNMANAGED] = "unmanaged",
		[VERDICT_ABSENT] = "absent",
	};

	return names[verdict];
}

static const struct {
	const char *name;
	const char *text;
} reasons[] = {
	[REASON_ZONEINFO_MISSING] = { "zoneinfo-missing",
				      "/proc/zoneinfo could not be read" },
	[REASON_ZONEINFO_MALFORMED] = { "zoneinfo-malformed",
					"/proc/zoneinfo is not understood" },
	[REASON_DMA_MANAGED] = { "dma-managed",
				 "the DMA zone has managed pages" },
	[REASON_DMA_NONE_MANAGED] = { "dma-none-managed",
				      "the DMA zone has no managed pages: a "
				      "request for DMA memory fails" },
	[REASON_DMA_NOT_LISTED] = { "dma-not-populated",
				    "the DMA zone is configured and has no "
				    "pages at all" },
	[REASON_NO_ZONE_DMA] = { "no-zone-dma", "this kernel has no DMA zone "
						"(CONFIG_ZONE_DMA is off)" },
	[REASON_NO_ZONE_LISTS] = { "zone-dma-not-told",
				   "no DMA zone is listed, and without "
				   "/proc/vmstat that can mean two things" },
};

const char *verdict_reason_name(enum verdict_reason reason)
{
	return reasons[reason].name;
}

const char *verdict_reason_text(enum verdict_reason reason)
{
	return reasons[reason].text;
}

int verdict_exit_status(enum verdict verdict)
{
	static const int statuses[] = {
		[VERDICT_MANAGED] = 0,
		[VERDICT_UNMANAGED] = 1,
		[VERDICT_ABSENT] = 3,
		[VERDICT_UNKNOWN] = 4,
	};

	return statuses[verdict];
}

enum patched patched_of(const struct facts *facts, enum verdict dma)
{
	if (dma != VERDICT_UNMANAGED || !facts->slab.have)
		return PATCHED_UNKNOWN;
	return facts->slab.dma_kmalloc_caches == 0 ? PATCHED_YES : PATCHED_NO;
}

const char *patched_name(enum patched patched)
{
	static const char *const names[] = {
		[PATCHED_UNKNOWN] = "unknown",
		[PATCHED_YES] = "yes",
		[PATCHED_NO] = "no",
	};

	return names[patched];
}
