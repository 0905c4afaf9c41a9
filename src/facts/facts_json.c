// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/facts_json.h"

static void zone_json(struct json *json, const struct zone *zone,
		      const uint64_t *free_lowest_pages)
{
	json_open(json, NULL, '{');
	json_u64(json, "node", zone->node);
	json_str(json, "name", zone->name);
	json_u64(json, "present_pages", zone->present_pages);
	json_u64(json, "managed_pages", zone->managed_pages);
	json_u64(json, "free_pages", zone->free_pages);
	if (free_lowest_pages)
		json_u64(json, "free_lowest_pages", *free_lowest_pages);
	json_close(json, '}');
}

void facts_json_zones(struct json *json, const struct facts *facts,
		      const uint64_t *free_lowest_pages)
{
	const struct zoneinfo *zoneinfo = &facts->zoneinfo;

	if (!json_open_if(json, "zones", '[', facts->have_zoneinfo))
		return;
	for (size_t i = 0; i < zoneinfo->zones_count; i++)
		zone_json(json, &zoneinfo->zones[i],
			  free_lowest_pages ? &free_lowest_pages[i] : NULL);
	json_close(json, ']');
	if (zoneinfo->zones_left_out)
		json_u64(json, "zones_left_out", zoneinfo->zones_left_out);
}

void facts_json_pools(struct json *json, const struct facts *facts)
{
	if (!json_open_if(json, "atomic_pools", '{', facts->pools.have))
		return;
	json_u64(json, "kernel_bytes", facts->pools.kernel_bytes);
	json_u64(json, "dma_bytes", facts->pools.dma_bytes);
	json_u64(json, "dma32_bytes", facts->pools.dma32_bytes);
	json_close(json, '}');
}

void facts_json_slab(struct json *json, const struct facts *facts)
{
	json_u64_if(json, "dma_kmalloc_caches", facts->slab.have,
		    facts->slab.dma_kmalloc_caches);
}

void facts_json_swiotlb(struct json *json, const struct facts *facts)
{
	const struct swiotlb_facts *swiotlb = &facts->swiotlb;

	if (!json_open_if(json, "swiotlb", '{', swiotlb->have))
		return;
	json_u64(json, "slabs", swiotlb->slabs);
	json_u64(json, "used_slabs", swiotlb->used_slabs);
	if (swiotlb->have_used_highest)
		json_u64(json, "used_highest_slabs",
			 swiotlb->used_highest_slabs);
	json_close(json, '}');
}

static void encryption_names(struct json *json, const char *key,
			     unsigned int bits)
{
	json_open(json, key, '[');
	for (unsigned int i = 0; i < ENCRYPTION_COUNT; i++) {
		if (bits & 1U << i)
			json_str(json, NULL, encryption_name(i));
	}
	json_close(json, ']');
}

void facts_json_encryption(struct json *json, const struct facts *facts)
{
	const struct encryption_facts *encryption = &facts->encryption;

	if (!json_open_if(json, "encryption", '{', encryption->have))
		return;
	json_bool(json, "firm", encryption->firm);
	encryption_names(json, "active", encryption->active);
	encryption_names(json, "cpu_flags", encryption->capable);
	json_close(json, '}');
}

void facts_json_allocstall(struct json *json, const struct facts *facts)
{
	json_u64_if(json, "allocstall_dma", facts->have_allocstall_dma,
		    facts->allocstall_dma);
}

static void log_lines_json(struct json *json, const struct kernel_log *log)
{
	json_strings(json, "lines", log->lines, log->lines_count);
}

void facts_json_kernel_log(struct json *json, const struct kernel_log *log,
			   bool with_lines)
{
	if (!json_open_if(json, "kernel_log", '{', log))
		return;
	json_bool(json, "complete", log->is_complete);
	json_u64(json, "page_allocation_failures",
		 log->page_allocation_failures);
	json_u64(json, "slub_failures", log->slub_failures);
	json_u64(json, "gfp_dma_failures", log->gfp_dma_failures);
	json_u64(json, "oom_kills", log->oom_kills);
	json_bool(json, "initramfs_failed", log->initramfs_failed);
	if (log->have_boot_memory) {
		json_u64(json, "boot_available_kib", log->boot_available_kib);
		json_u64(json, "boot_total_kib", log->boot_total_kib);
	}
	if (log->have_initrd_kib)
		json_u64(json, "initrd_kib", log->initrd_kib);
	if (with_lines)
		log_lines_json(json, log);
	json_close(json, '}');
}
