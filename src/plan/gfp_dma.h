/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Disks that need memory of the DMA zone. Pure. */
#ifndef GFP_DMA_H
#define GFP_DMA_H

#include <stdint.h>

#include "host/storage.h"

/*
 * The first driver on the way to these disks that asks for memory of the DMA
 * zone in a kernel of this version (facts' form; 0: unknown), and finds no disk
 * where that has no pages. NULL: none is known to.
 */
const char *gfp_dma_driver(const struct storage *storage, uint32_t version);

#endif
