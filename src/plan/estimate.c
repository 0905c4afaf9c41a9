// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/estimate.h"

#include <string.h>

#include "lib/macros.h"

#define SMALL_PAGE 4096

/* The kernel has a struct page of 64 bytes for each page. */
static uint64_t page_structs_of(const struct estimate_input *input,
				uint64_t bytes)
{
	return bytes / input->page_bytes * 64;
}

/*
 * makedumpfile keeps two bitmaps in its cyclic buffers, each of two bits a page
 * and at most 4 MiB (calculate_cyclic_buffer_size(), since 1.5.2), however
 * large the machine is.
 */
static uint64_t bitmap_bytes(const struct estimate_input *input)
{
	uint64_t each = input->ram_bytes / input->page_bytes / 4;

	return 2 * (each < 4 * MIB ? each : 4 * MIB);
}

/*
 * The amount for other backends' images includes tracefs. The native backend's
 * capture kernel may run without it (initcall_blacklist=).
 */
static uint64_t userspace_bytes(const struct estimate_input *input,
				const struct config *config)
{
	if (!input->is_native)
		return config_number(config, CONFIG_USERSPACE);
	return config_number(config, CONFIG_USERSPACE_NATIVE) +
	       (input->tracefs ? config_number(config, CONFIG_TRACEFS) : 0);
}

/*
 * Files, stacks and the kernel's caches are kept in whole pages and take more
 * where a page is larger. The policy has the amount for 64 KiB.
 */
static uint64_t large_pages_bytes(const struct estimate_input *input,
				  const struct config *config)
{
	return config_number(config, CONFIG_PAGES_64K) *
	       (input->page_bytes - SMALL_PAGE) / (64 * KIB - SMALL_PAGE);
}

/*
 * Other backends open disks by a passphrase, which takes Argon2's memory. The
 * native backend opens them by a key of its own, which takes little.
 */
static uint64_t luks_bytes(const struct estimate_input *input,
			   const struct config *config)
{
	if (!input->is_native)
		return input->images.luks_bytes;
	return input->images.unlocks ? config_number(config, CONFIG_UNLOCK) : 0;
}

/*
 * While the kernel unpacks the image, the packed one is still in memory. A
 * tmpfs as root file system holds at most half of the memory. The root of the
 * native image is a ramfs, which has no such limit. Its init is small, so it
 * needs most while it is unpacked, and what the kernel has taken for itself by
 * then counts.
 */
static uint64_t unpack_bytes(const struct estimate_input *input,
			     const struct config *config)
{
	uint64_t both =
		input->images.packed_bytes + input->images.unpacked_bytes;
	uint64_t half = 2 * input->images.unpacked_bytes;
	uint64_t most = both > half ? both : half;
	uint64_t sum = input->images.kernel_bytes +
		       (input->is_native ? both + userspace_bytes(input, config)
					 : most);

	return sum + page_structs_of(input, sum);
}

void estimate(const struct estimate_input *input, const struct config *config,
	      struct estimate *out)
{
	memset(out, 0, sizeof(*out));
	if (!input->images.have_kernel || !input->images.have_initramfs ||
	    input->cpus_count == 0 || input->page_bytes < SMALL_PAGE ||
	    input->page_bytes > MIB)
		return;
	out->have = true;
	out->kernel_bytes = input->images.kernel_bytes;
	out->initramfs_bytes =
		input->images.packed_bytes + input->images.unpacked_bytes;
	out->userspace_bytes = userspace_bytes(input, config) +
			       large_pages_bytes(input, config);
	out->per_cpu_bytes =
		input->cpus_count * config_number(config, CONFIG_PER_CPU);
	out->bitmap_bytes = bitmap_bytes(input);
	if (input->swiotlb)
		out->swiotlb_bytes = config_number(config, CONFIG_SWIOTLB);
	if (input->encryption)
		out->encryption_bytes =
			config_number(config, CONFIG_ENCRYPTION);
	out->luks_bytes = luks_bytes(input, config);
	out->total_bytes = out->kernel_bytes + out->initramfs_bytes +
			   out->userspace_bytes + out->per_cpu_bytes +
			   out->bitmap_bytes + out->swiotlb_bytes +
			   out->encryption_bytes + out->luks_bytes;
	out->page_structs_bytes = page_structs_of(input, out->total_bytes);
	out->total_bytes += out->page_structs_bytes;
	out->unpack_bytes = unpack_bytes(input, config);
}
