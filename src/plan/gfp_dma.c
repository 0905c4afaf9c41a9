// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * These drivers of drivers/scsi call kmalloc(GFP_DMA) when they look for disks
 * in Linux 5.10.262 and 5.15.178, and no longer in 6.1. A vendor's kernel
 * between these versions (5.14) may have later drivers: nothing is known of it.
 */
#include "plan/gfp_dma.h"

#include <stddef.h>

#include "facts/facts.h"
#include "lib/macros.h"

const char *gfp_dma_driver(const struct storage *storage, uint32_t version)
{
	static const char *const names[] = { "initio", "myrb", "myrs", "snic" };

	if (version != KERNEL_VERSION_OF(5, 10) &&
	    version != KERNEL_VERSION_OF(5, 15))
		return NULL;
	for (size_t i = 0; i < storage->drivers_count; i++)
		for (size_t j = 0; j < ARRAY_SIZE(names); j++)
			if (streq(storage->drivers[i], names[j]))
				return names[j];
	return NULL;
}
