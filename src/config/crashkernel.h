/* SPDX-License-Identifier: GPL-2.0-or-later */
/* crashkernel=: read and written strictly, evaluated as the kernel does. */
#ifndef CRASHKERNEL_H
#define CRASHKERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/text.h"

#define CRASHKERNEL_RANGES_MAX 16

enum crashkernel_kind {
	CRASHKERNEL_SIMPLE, /* size[@offset] */
	CRASHKERNEL_RANGES, /* start-[end]:size[,...][@offset] */
	CRASHKERNEL_HIGH,   /* size,high */
	CRASHKERNEL_LOW,    /* size,low */
	CRASHKERNEL_CMA,    /* size,cma: Linux 6.17 */
};

struct crashkernel_range {
	uint64_t start_bytes;
	uint64_t end_bytes; /* not inside; UINT64_MAX: none given */
	uint64_t size_bytes;
};

/* One crashkernel= argument, without its name. */
struct crashkernel {
	enum crashkernel_kind kind;
	uint64_t size_bytes; /* not for ranges */
	bool have_offset;
	uint64_t offset_bytes;
	struct crashkernel_range ranges[CRASHKERNEL_RANGES_MAX];
	size_t ranges_count;
};

/*
 * Parse all of text as one argument. 0; -EINVAL if the kernel would refuse it
 * or ignore a part of it; -ERANGE; -E2BIG for too many ranges.
 */
int crashkernel_parse(struct text text, struct crashkernel *out);

/* Print a size in its shortest form: 256M, 1G, 64K, 12345. */
void crashkernel_print_size(uint64_t bytes, char *buf, size_t size);

/* What a kernel makes of all the crashkernel= on its command line. */
struct crashkernel_result {
	bool given;	     /* the command line has a crashkernel= */
	bool valid;	     /* and the kernel accepts it */
	uint64_t size_bytes; /* main part; 0 if !valid */
	bool have_offset;
	uint64_t offset_bytes;
	bool high;     /* ,high: asks for memory above 4 GiB */
	bool have_low; /* false with high: the kernel's default low size */
	uint64_t low_bytes;
	uint64_t cma_bytes;
};

/*
 * ram_bytes: all System RAM, which the kernel rounds up to 128 MiB before it
 * looks at ranges. version as KERNEL_VERSION_OF(); machine as uname -m.
 */
struct crashkernel_result crashkernel_evaluate(const char *cmdline,
					       uint64_t ram_bytes,
					       uint32_t version,
					       const char *machine);

/* True if this kernel knows ,high and ,low. */
bool crashkernel_knows_high(uint32_t version, const char *machine);

/* What the kernel reserves below 4 GiB when ,high comes without ,low. */
uint64_t crashkernel_default_low_bytes(const char *machine,
				       uint64_t swiotlb_bytes);

#endif
