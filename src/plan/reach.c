// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A DMA mask of 32 bits is served from memory below 4 GiB, one of 24 bits from
 * the DMA zone. For a mask between them, like the 31 bits of aacraid, the
 * kernel tries both, and a capture kernel may have neither: its reservation may
 * lie above what the device reaches, and its DMA zone is empty.
 */
#include "plan/reach.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/macros.h"

static uint32_t mask_bits(const struct pci_low *device)
{
	return device->dma_mask_bits < device->coherent_mask_bits
		       ? device->dma_mask_bits
		       : device->coherent_mask_bits;
}

static bool reaches(const struct iomem *iomem, uint32_t bits)
{
	for (size_t i = 0; i < iomem->crash_count; i++)
		if (iomem->crash[i].start >> bits == 0)
			return true;
	return false;
}

void plan_say_unreached(const struct facts *facts, struct setting *setting)
{
	const struct pci_low *first = NULL;
	size_t more = 0, len = strlen(setting->sentence);
	char others[32] = "";

	if (!facts->have_iomem || !facts->iomem.crash_count || !facts->pci.have)
		return;
	for (size_t i = 0; i < facts->pci.low_count; i++) {
		const struct pci_low *device = &facts->pci.low[i];

		if (mask_bits(device) >= 32 ||
		    reaches(&facts->iomem, mask_bits(device)))
			continue;
		if (first)
			more++;
		else
			first = device;
	}
	if (!first)
		return;
	if (more)
		snprintf(others, sizeof(others), " and %zu more", more);
	snprintf(setting->sentence + len, sizeof(setting->sentence) - len,
		 "; device %s (%s)%s can reach %" PRIu64
		 " MiB only, and the reservation lies above that",
		 first->address, first->driver, others,
		 (UINT64_C(1) << mask_bits(first)) / MIB);
}
