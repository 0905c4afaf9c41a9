/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * mock: included before kernel/dma/pool.c in the kernels of tests/kernel/
 * (lib/kdump_dma_mock.h there). No emulated machine encrypts its memory; with
 * kdump_dma_mock_encryption on the command line, pool.c believes that it does.
 */
#include <linux/cc_platform.h>

extern bool kdump_dma_mock_encryption;
#define cc_platform_has(attr)                                                  \
	(kdump_dma_mock_encryption || cc_platform_has(attr))
