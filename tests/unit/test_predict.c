// SPDX-License-Identifier: GPL-2.0-or-later
/* Verdict and prediction, rule by rule. */
#include <stdio.h>
#include <string.h>

#include "facts/predict.h"
#include "facts/verdict.h"
#include "tap.h"

#define MIB (UINT64_C(1) << 20)
#define GIB (UINT64_C(1) << 30)

static struct facts facts;

static void machine(const char *name, unsigned int major, unsigned int minor)
{
	memset(&facts, 0, sizeof(facts));
	strcpy(facts.machine, name);
	facts.version = KERNEL_VERSION_OF(major, minor);
	facts.page_bytes = 4096;
	facts.have_cmdline = true;
	facts.have_capture_kernel = true;
	facts.have_iomem = true;
	facts.have_zoneinfo = true;
}

static void zone(const char *name, uint64_t start, uint64_t spanned,
		 uint64_t managed)
{
	struct zoneinfo *info = &facts.zoneinfo;
	struct zone *z = &info->zones[info->zones_count++];
	struct zone_sum *sum = strcmp(name, "DMA") ? &info->dma32 : &info->dma;

	strcpy(z->name, name);
	z->start_pfn = start;
	z->have_start_pfn = true;
	z->spanned_pages = spanned;
	z->managed_pages = managed;
	if (strcmp(name, "DMA") && strcmp(name, "DMA32"))
		return;
	sum->seen = true;
	sum->managed_pages += managed;
}

static void crash(uint64_t start, uint64_t bytes)
{
	facts.iomem.crash[facts.iomem.crash_count++] =
		(struct range){ start, start + bytes - 1 };
}

static void expect(const char *what, bool have, enum verdict dma,
		   enum verdict dma32)
{
	struct prediction p = predict_capture(&facts);

	if (!ok(p.have == have && (!have || (p.dma == dma && p.dma32 == dma32)),
		"predict: %s", what))
		printf("# %s, dma32 %s: %s\n", verdict_name(p.dma),
		       verdict_name(p.dma32), prediction_reason_name(p.reason));
}

static void x86(unsigned int major, unsigned int minor)
{
	machine("x86_64", major, minor);
	zone("DMA", 1, 4095, 3840);
	zone("DMA32", 4096, 1 << 20, 100000);
}

static void predictions_x86(void)
{
	x86(6, 1);
	expect("no reservation", false, 0, 0);
	crash(1 * GIB, 128 * MIB);
	expect("6.1 below 4 GiB", true, VERDICT_UNMANAGED, VERDICT_MANAGED);
	crash(5 * GIB, 256 * MIB);
	expect("6.1 high and low", true, VERDICT_UNMANAGED, VERDICT_MANAGED);
	x86(6, 1);
	crash(5 * GIB, 256 * MIB);
	expect("6.1 all above 4 GiB", true, VERDICT_UNMANAGED,
	       VERDICT_UNMANAGED);
	x86(6, 1);
	crash(2 * MIB, 64 * MIB);
	expect("6.1 at 2 MiB", true, VERDICT_MANAGED, VERDICT_MANAGED);
	x86(6, 1);
	crash(16 * MIB, 64 * MIB);
	expect("6.1 at 16 MiB exactly", true, VERDICT_UNMANAGED,
	       VERDICT_MANAGED);
	facts.crash_cma[0] = (struct range){ 8 * MIB, 9 * MIB };
	facts.crash_cma_count = 1;
	expect("a CMA range below 16 MiB", true, VERDICT_MANAGED,
	       VERDICT_MANAGED);
	x86(5, 10);
	crash(1 * GIB, 128 * MIB);
	expect("5.10 is given the low MiB", true, VERDICT_MANAGED,
	       VERDICT_MANAGED);
	x86(6, 1);
	crash(1 * GIB, 128 * MIB);
	facts.zoneinfo.dma.seen = false;
	expect("no ZONE_DMA", true, VERDICT_ABSENT, VERDICT_MANAGED);
	x86(6, 1);
	facts.have_iomem = false;
	expect("iomem hidden", false, 0, 0);
	x86(6, 1);
	crash(1 * GIB, 128 * MIB);
	facts.is_capture_kernel = true;
	expect("in the capture kernel itself", false, 0, 0);
	x86(0, 0);
	crash(1 * GIB, 128 * MIB);
	expect("version not known", false, 0, 0);
}

static void predictions_others(void)
{
	machine("aarch64", 6, 1);
	zone("DMA", GIB / 4096, 3 * GIB / 4096, 1000);
	zone("Normal", 4 * GIB / 4096, GIB, 1000);
	crash(2 * GIB, 256 * MIB);
	expect("arm64 in ZONE_DMA", true, VERDICT_MANAGED, VERDICT_MANAGED);

	machine("aarch64", 6, 12);
	zone("DMA", 0, GIB / 4096, 1000);
	zone("DMA32", GIB / 4096, 3 * GIB / 4096, 1000);
	crash(2 * GIB, 256 * MIB);
	expect("arm64 with ZONE_DMA of 1 GiB, above it", true,
	       VERDICT_UNMANAGED, VERDICT_MANAGED);

	machine("aarch64", 6, 12);
	zone("DMA", 0, GIB / 4096, 1000);
	crash(6 * GIB, 256 * MIB);
	expect("arm64 all above 4 GiB: firmware decides", false, 0, 0);

	machine("s390x", 6, 1);
	zone("DMA", 0, GIB / 4096, 1000);
	crash(GIB, 256 * MIB);
	expect("s390x: no rule", false, 0, 0);
}

static void verdict(const char *what, enum verdict dma, enum verdict dma32)
{
	struct verdicts v = verdict_of(&facts);

	ok(v.dma == dma && v.dma32 == dma32, "verdict: %s (%s, dma32 %s)", what,
	   verdict_name(v.dma), verdict_name(v.dma32));
}

static void verdicts(void)
{
	x86(6, 1);
	verdict("production", VERDICT_MANAGED, VERDICT_MANAGED);
	facts.zoneinfo.dma.managed_pages = 0;
	verdict("capture kernel", VERDICT_UNMANAGED, VERDICT_MANAGED);
	facts.zoneinfo.dma.seen = false;
	verdict("no block since 4.12", VERDICT_ABSENT, VERDICT_MANAGED);
	facts.version = KERNEL_VERSION_OF(4, 9);
	verdict("no block in 4.9, no vmstat", VERDICT_UNKNOWN, VERDICT_MANAGED);
	facts.have_vmstat = true;
	verdict("no block in 4.9, vmstat without DMA", VERDICT_ABSENT,
		VERDICT_MANAGED);
	facts.vmstat_zone_dma = true;
	verdict("no block in 4.9, vmstat with DMA", VERDICT_UNMANAGED,
		VERDICT_MANAGED);
	facts.have_zoneinfo = false;
	verdict("no zoneinfo", VERDICT_UNKNOWN, VERDICT_UNKNOWN);

	machine("aarch64", 6, 1);
	zone("DMA", 0, 1000, 1000);
	facts.zoneinfo.dma32.seen = true;
	verdict("arm64: ZONE_DMA plays DMA32's part", VERDICT_MANAGED,
		VERDICT_MANAGED);
}

static void patched(void)
{
	x86(6, 1);
	facts.slab.have = true;
	ok(patched_of(&facts, VERDICT_MANAGED) == PATCHED_UNKNOWN,
	   "patched: a managed zone does not show it");
	ok(patched_of(&facts, VERDICT_UNMANAGED) == PATCHED_YES,
	   "patched: no dma-kmalloc cache");
	facts.slab.dma_kmalloc_caches = 13;
	ok(patched_of(&facts, VERDICT_UNMANAGED) == PATCHED_NO,
	   "patched: 13 caches that cannot be filled");
	facts.slab.have = false;
	ok(patched_of(&facts, VERDICT_UNMANAGED) == PATCHED_UNKNOWN,
	   "patched: no SLUB sysfs");
}

int main(void)
{
	predictions_x86();
	predictions_others();
	verdicts();
	patched();
	return tap_end();
}
