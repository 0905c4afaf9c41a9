/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The memory that a capture needs, if none was measured yet. Pure. */
#ifndef ESTIMATE_H
#define ESTIMATE_H

#include <stdbool.h>
#include <stdint.h>

#include "config/config.h"
#include "host/image.h"

struct estimate_input {
	struct images images;
	uint64_t ram_bytes;
	uint64_t page_bytes; /* of both kernels */
	uint32_t cpus_count; /* that the capture kernel brings up */
	bool is_native;	     /* the native backend's image: without systemd */
	bool tracefs; /* the capture kernel creates the files of tracefs */
	bool swiotlb;
	bool encryption;
};

/* What the total is made of. All are 0 if !have. */
struct estimate {
	bool have;
	uint64_t kernel_bytes;
	uint64_t initramfs_bytes; /* packed and unpacked */
	uint64_t userspace_bytes; /* and what the kernel takes for itself */
	uint64_t per_cpu_bytes;
	uint64_t bitmap_bytes;
	uint64_t swiotlb_bytes;
	uint64_t encryption_bytes;
	uint64_t luks_bytes;
	uint64_t page_structs_bytes;
	uint64_t total_bytes;
	/* Below this the image cannot even be unpacked. */
	uint64_t unpack_bytes;
};

/* Sets every byte of *out, so that memcmp() can compare estimates. */
void estimate(const struct estimate_input *input, const struct config *config,
	      struct estimate *out);

#endif
