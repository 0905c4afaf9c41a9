// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/report.h"

#include <inttypes.h>

#include "facts/facts_json.h"
#include "facts/predict.h"
#include "facts/verdict.h"

static void text_zones(FILE *to, const struct facts *facts)
{
	const struct zoneinfo *zoneinfo = &facts->zoneinfo;

	if (!facts->have_zoneinfo)
		return;
	fprintf(to, "zones:       node  name          present      managed"
		    "         free  (pages)\n");
	for (size_t i = 0; i < zoneinfo->zones_count; i++) {
		const struct zone *zone = &zoneinfo->zones[i];

		if (zone->present_pages == 0 && zone->managed_pages == 0)
			continue;
		fprintf(to,
			"             %4" PRIu32 "  %-8s %12" PRIu64
			" %12" PRIu64 " %12" PRIu64 "\n",
			zone->node, zone->name, zone->present_pages,
			zone->managed_pages, zone->free_pages);
	}
	if (zoneinfo->zones_left_out)
		fprintf(to, "             and %zu zones more\n",
			zoneinfo->zones_left_out);
}

static void text_kernel(FILE *to, const struct facts *facts)
{
	if (!facts->release[0])
		return;
	fprintf(to, "kernel:      %s %s%s\n", facts->release, facts->machine,
		facts->is_capture_kernel ? ", the capture kernel" : "");
}

static void text_dma_users(FILE *to, const struct facts *facts,
			   enum verdict dma)
{
	enum patched patched = patched_of(facts, dma);

	if (patched != PATCHED_UNKNOWN)
		fprintf(to, "dma-kmalloc: %" PRIu32 " caches (%s)\n",
			facts->slab.dma_kmalloc_caches,
			patched == PATCHED_YES ? "a patched kernel"
					       : "not one can be filled");
	if (facts->pools.have)
		fprintf(to,
			"pools:       kernel %" PRIu64 " KiB, DMA %" PRIu64
			" KiB, DMA32 %" PRIu64 " KiB\n",
			facts->pools.kernel_bytes / 1024,
			facts->pools.dma_bytes / 1024,
			facts->pools.dma32_bytes / 1024);
}

static void text_prediction(FILE *to, const struct facts *facts)
{
	struct prediction prediction = predict_capture(facts);

	if (prediction.reason == PREDICT_IS_CAPTURE)
		return;
	if (prediction.have)
		fprintf(to, "prediction:  capture kernel: %s (dma32 %s): %s\n",
			verdict_name(prediction.dma),
			verdict_name(prediction.dma32),
			prediction_reason_text(prediction.reason));
	else
		fprintf(to, "prediction:  none: %s\n",
			prediction_reason_text(prediction.reason));
}

void report_text(FILE *to, const struct facts *facts)
{
	struct verdicts verdicts = verdict_of(facts);

	fprintf(to, "verdict:     %s: %s\n", verdict_name(verdicts.dma),
		verdict_reason_text(verdicts.reason));
	fprintf(to, "dma32:       %s\n", verdict_name(verdicts.dma32));
	text_kernel(to, facts);
	text_zones(to, facts);
	text_dma_users(to, facts, verdicts.dma);
	if (facts->release[0])
		text_prediction(to, facts);
	for (size_t i = 0; i < facts->unread_count; i++)
		fprintf(to, "not read:    %s: %s\n", facts->unread[i].path,
			facts->unread[i].why);
}

static void json_ranges(struct json *json, const char *key, bool have,
			const struct range *ranges, size_t count)
{
	char hex[24];

	if (!json_open_if(json, key, '[', have))
		return;
	for (size_t i = 0; i < count; i++) {
		json_open(json, NULL, '{');
		snprintf(hex, sizeof(hex), "0x%" PRIx64, ranges[i].start);
		json_str(json, "start", hex);
		snprintf(hex, sizeof(hex), "0x%" PRIx64, ranges[i].end);
		json_str(json, "end", hex);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void json_kexec(struct json *json, const struct facts *facts)
{
	const struct kexec_facts *kexec = &facts->kexec;

	json_bool_if(json, "crash_loaded", kexec->have_crash_loaded,
		     kexec->crash_loaded);
	json_u64_if(json, "crash_bytes", kexec->have_crash_bytes,
		    kexec->crash_bytes);
	json_ranges(json, "crash_kernel", facts->have_iomem, facts->iomem.crash,
		    facts->iomem.crash_count);
	json_ranges(json, "crash_cma", facts->have_crash_cma, facts->crash_cma,
		    facts->crash_cma_count);
}

static void json_memmap(struct json *json, const struct facts *facts)
{
	const struct memmap_facts *memmap = &facts->memmap;

	if (!json_open_if(json, "firmware_memmap", '{', memmap->have))
		return;
	json_u64(json, "ram_1m_to_16m_bytes", memmap->ram_1m_to_16m_bytes);
	json_u64(json, "ram_below_4g_bytes", memmap->ram_below_4g_bytes);
	json_u64(json, "ram_above_4g_bytes", memmap->ram_above_4g_bytes);
	json_close(json, '}');
}

static void json_pci(struct json *json, const struct facts *facts)
{
	const struct pci_facts *pci = &facts->pci;

	if (!json_open_if(json, "pci", '{', pci->have))
		return;
	json_u64(json, "bound", pci->bound_count);
	json_open(json, "low_mask", '[');
	for (size_t i = 0; i < pci->low_count; i++) {
		const struct pci_low *low = &pci->low[i];

		json_open(json, NULL, '{');
		json_str(json, "address", low->address);
		json_str(json, "driver", low->driver);
		json_u64(json, "dma_mask_bits", low->dma_mask_bits);
		json_u64(json, "consistent_dma_mask_bits",
			 low->coherent_mask_bits);
		json_close(json, '}');
	}
	json_close(json, ']');
	if (pci->low_left_out)
		json_u64(json, "low_mask_left_out", pci->low_left_out);
	json_close(json, '}');
}

static void json_memory(struct json *json, const struct facts *facts)
{
	if (!json_open_if(json, "memory", '{', facts->have_meminfo))
		return;
	json_u64(json, "total_kib", facts->meminfo.total_kib);
	json_u64(json, "free_kib", facts->meminfo.free_kib);
	json_u64(json, "available_kib", facts->meminfo.available_kib);
	json_close(json, '}');
}

static void json_prediction(struct json *json, const struct facts *facts)
{
	struct prediction prediction = predict_capture(facts);

	json_open(json, "prediction", '{');
	json_str(json, "verdict", verdict_name(prediction.dma));
	json_str(json, "dma32", verdict_name(prediction.dma32));
	json_str(json, "reason", prediction_reason_name(prediction.reason));
	json_close(json, '}');
}

static void json_unread(struct json *json, const struct facts *facts)
{
	json_open(json, "unread", '[');
	for (size_t i = 0; i < facts->unread_count; i++) {
		json_open(json, NULL, '{');
		json_str(json, "path", facts->unread[i].path);
		json_str(json, "why", facts->unread[i].why);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void json_kernel(struct json *json, const struct facts *facts)
{
	json_str(json, "release", facts->release);
	json_str(json, "machine", facts->machine);
	json_u64(json, "page_bytes", facts->page_bytes);
	json_bool_if(json, "capture_kernel", facts->have_capture_kernel,
		     facts->is_capture_kernel);
	json_str(json, "cmdline", facts->have_cmdline ? facts->cmdline : NULL);
}

void report_json(FILE *to, const struct facts *facts)
{
	struct verdicts verdicts = verdict_of(facts);
	struct json json;

	json_begin(&json, to, true);
	json_open(&json, NULL, '{');
	json_str(&json, "verdict", verdict_name(verdicts.dma));
	json_str(&json, "reason", verdict_reason_name(verdicts.reason));
	json_str(&json, "dma32", verdict_name(verdicts.dma32));
	json_str(&json, "patched",
		 patched_name(patched_of(facts, verdicts.dma)));
	json_kernel(&json, facts);
	facts_json_zones(&json, facts, NULL);
	facts_json_slab(&json, facts);
	facts_json_pools(&json, facts);
	facts_json_swiotlb(&json, facts);
	facts_json_encryption(&json, facts);
	facts_json_allocstall(&json, facts);
	json_kexec(&json, facts);
	json_memmap(&json, facts);
	json_pci(&json, facts);
	json_memory(&json, facts);
	facts_json_kernel_log(
		&json, facts->have_kernel_log ? &facts->kernel_log : NULL,
		true);
	json_prediction(&json, facts);
	json_unread(&json, facts);
	json_close(&json, '}');
	json_end(&json);
}
