/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FACTS_H
#define FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "facts/encryption.h"
#include "facts/iomem.h"
#include "facts/kernel_log.h"
#include "facts/meminfo.h"
#include "facts/zoneinfo.h"
#include "lib/root.h"

/*
 * Everything that was found out about one machine, real or captured. Each
 * optional fact has a have_ flag: false means that it could not be read or
 * does not exist here, and the value beside it means nothing.
 */

#define PATHS_UNREAD_MAX 8
#define PCI_LOW_MAX	 32

/* A path that exists but could not be read or understood. */
struct unread {
	char path[64];
	char why[64];
};

/* /sys/kernel/slab/dma-kmalloc-*: SLUB with CONFIG_ZONE_DMA. */
struct slab_facts {
	bool have;
	uint32_t dma_kmalloc_caches;
};

/* /sys/kernel/debug/dma_pools/: CONFIG_DMA_COHERENT_POOL, debugfs mounted. */
struct pool_facts {
	bool have;
	uint64_t kernel_bytes;
	uint64_t dma_bytes;
	uint64_t dma32_bytes;
};

/* /sys/kernel/debug/swiotlb/; one slab is 2 KiB (IO_TLB_SIZE). */
struct swiotlb_facts {
	bool have;
	uint64_t slabs;
	uint64_t used_slabs;
	bool have_used_highest;
	uint64_t used_highest_slabs; /* 6.12 and later */
};

/* /sys/kernel/kexec_crash_*, from 7.x in /sys/kernel/kexec/. */
struct kexec_facts {
	bool have_crash_loaded;
	bool crash_loaded;
	bool have_crash_bytes;
	uint64_t crash_bytes; /* Linux before 6.12: without the low part */
};

/* /sys/firmware/memmap: what firmware, or kexec, handed over as RAM (x86). */
struct memmap_facts {
	bool have;
	uint64_t ram_1m_to_16m_bytes;
	uint64_t ram_below_4g_bytes;
	uint64_t ram_above_4g_bytes;
};

/* A PCI device with a driver bound whose DMA mask is below 64 bits. */
struct pci_low {
	char address[16];
	char driver[32];
	uint32_t dma_mask_bits;
	uint32_t coherent_mask_bits;
};

struct pci_facts {
	bool have;
	uint32_t bound_count;
	struct pci_low low[PCI_LOW_MAX];
	size_t low_count;
	size_t low_left_out; /* devices that did not fit low[] */
};

/*
 * Memory encryption. firm: the kernel's log names it, or the log is complete
 * from its first record and names none, or cpuinfo has tdx_guest. Not firm:
 * only CPU flags were read, which say what the CPU can do. have is false if
 * neither could be read.
 */
struct encryption_facts {
	bool have;
	bool firm;
	unsigned int active;  /* enum encryption bits; firm only */
	unsigned int capable; /* the same, from CPU flags: weak evidence */
};

struct facts {
	bool is_live;
	char release[65]; /* as uname(2) has it */
	char machine[65];
	uint32_t version;    /* of release: major << 16 | minor; 0 unknown */
	uint64_t page_bytes; /* 0 unknown */

	bool have_cmdline;
	char cmdline[4096];
	bool have_boot_id;
	char boot_id[40];
	bool have_capture_kernel;
	bool is_capture_kernel;
	bool have_cpus;
	uint32_t cpus_count; /* possible */

	bool have_zoneinfo;
	struct zoneinfo zoneinfo;
	struct zoneinfo_error zoneinfo_error; /* if it was malformed */

	bool have_meminfo;
	struct meminfo meminfo;

	/* /proc/vmstat has "pgalloc_dma" if CONFIG_ZONE_DMA is on */
	bool have_vmstat;
	bool vmstat_zone_dma;
	bool have_allocstall_dma;
	uint64_t allocstall_dma;

	bool have_iomem; /* false, too, if addresses are hidden from us */
	struct iomem iomem;
	bool have_crash_cma;
	struct range crash_cma[RANGES_MAX];
	size_t crash_cma_count;

	bool have_kernel_log;
	struct kernel_log kernel_log;

	struct slab_facts slab;
	struct pool_facts pools;
	struct swiotlb_facts swiotlb;
	struct kexec_facts kexec;
	struct memmap_facts memmap;
	struct pci_facts pci;
	struct encryption_facts encryption;

	struct unread unread[PATHS_UNREAD_MAX];
	size_t unread_count;
};

#define KERNEL_VERSION_OF(major, minor) ((uint32_t)(major) << 16 | (minor))

/*
 * Fill *facts from root. Never fails: the have_ flag of an unreadable fact is
 * false, and an unreadable path that exists is listed in facts->unread.
 */
void facts_collect(const struct root *root, struct facts *facts);

/*
 * Read again, at the end of a capture, what changes during it: /proc/vmstat,
 * the atomic pools, swiotlb.
 */
void facts_refresh(const struct root *root, struct facts *facts);

/* Fill only the zones, from an open zoneinfo; all other facts are absent. */
void facts_collect_zoneinfo(int fd, struct facts *facts);

#endif
