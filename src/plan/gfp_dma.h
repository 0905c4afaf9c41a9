/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Disks that need memory of the DMA zone. Pure. */
#ifndef GFP_DMA_H
#define GFP_DMA_H

#include <stdint.h>

#include "host/storage.h"

/*
 * The first driver on the way to these disks that asks for memory of the DMA
 * zone when it looks for disks, and finds none if that zone has no pages.
 * version as in struct facts; 0: unknown. NULL: no driver is known to do that.
 */
const char *gfp_dma_driver(const struct storage *storage, uint32_t version);

#endif
