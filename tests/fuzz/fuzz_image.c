// SPDX-License-Identifier: GPL-2.0-or-later
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "host/image.h"

/* A size is one that can be, and what is in front is a part of the file. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int fd = -1;
	struct kernel_image kernel;
	struct initramfs out;

	if (fd < 0)
		fd = memfd_create("image", MFD_CLOEXEC);
	PROMISE(fd >= 0 && !ftruncate(fd, 0) &&
		pwrite(fd, data, size, 0) == (ssize_t)size);
	if (!image_kernel(fd, &kernel)) {
		PROMISE(kernel.have_bytes || kernel.packed_bytes);
		PROMISE(!kernel.have_bytes ||
			(kernel.bytes > 0 && kernel.bytes < 1U << 30 &&
			 kernel.bytes > kernel.packed_bytes));
	}
	if (!image_initramfs(fd, &out)) {
		PROMISE(out.packed_bytes == size && out.plain_bytes <= size);
		PROMISE(!out.have_unpacked || out.unpacked_bytes >= size ||
			out.kind == INITRAMFS_GZIP);
		PROMISE(out.kind != INITRAMFS_CPIO ||
			out.unpacked_bytes == size);
	}
	return 0;
}
