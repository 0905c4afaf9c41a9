// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/estimate.h"

#include <stddef.h>

#define MIB (UINT64_C(1) << 20)

/* One struct page of 64 bytes for each page of 4 KiB. */
#define PAGE_STRUCTS_OF(bytes) ((bytes) / 64)

/*
 * makedumpfile keeps two bitmaps of one bit per page, in memory up to its
 * cyclic buffer; 32 MiB is where other estimates cap it too.
 */
static uint64_t bitmap_bytes(uint64_t ram_bytes)
{
	uint64_t bytes = ram_bytes / 4096 / 8 * 2;

	return bytes < 32 * MIB ? bytes : 32 * MIB;
}

/*
 * While it unpacks, the packed image is still in memory, and the root file
 * system it goes to takes at most half of the memory there is.
 */
static uint64_t unpack_bytes(const struct estimate_input *input)
{
	uint64_t both =
		input->images.packed_bytes + input->images.unpacked_bytes;
	uint64_t half = 2 * input->images.unpacked_bytes;
	uint64_t most = both > half ? both : half;
	uint64_t sum = input->images.kernel_bytes + most;

	return sum + PAGE_STRUCTS_OF(sum);
}

struct estimate estimate(const struct estimate_input *input,
			 const struct config *config)
{
	struct estimate out = { 0 };

	if (!input->images.have_kernel || !input->images.have_initramfs ||
	    input->cpus_count == 0)
		return out;
	out.have = true;
	out.kernel_bytes = input->images.kernel_bytes;
	out.initramfs_bytes =
		input->images.packed_bytes + input->images.unpacked_bytes;
	out.userspace_bytes = config_number(config, CONFIG_USERSPACE);
	out.per_cpu_bytes =
		input->cpus_count * config_number(config, CONFIG_PER_CPU);
	out.bitmap_bytes = bitmap_bytes(input->ram_bytes);
	if (input->swiotlb)
		out.swiotlb_bytes = config_number(config, CONFIG_SWIOTLB);
	if (input->encryption)
		out.encryption_bytes = config_number(config, CONFIG_ENCRYPTION);
	out.luks_bytes = input->images.luks_bytes;
	out.total_bytes = out.kernel_bytes + out.initramfs_bytes +
			  out.userspace_bytes + out.per_cpu_bytes +
			  out.bitmap_bytes + out.swiotlb_bytes +
			  out.encryption_bytes + out.luks_bytes;
	out.page_structs_bytes = PAGE_STRUCTS_OF(out.total_bytes);
	out.total_bytes += out.page_structs_bytes;
	out.unpack_bytes = unpack_bytes(input);
	return out;
}
