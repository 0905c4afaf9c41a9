// SPDX-License-Identifier: GPL-2.0-or-later
/* What kernels and initramfs say of their size, and what does not end. */
#include "host/image.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tap.h"

static char file[8192];

static void put(size_t at, const void *bytes, size_t len)
{
	memcpy(file + at, bytes, len);
}

static void put_little(size_t at, uint64_t value, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		file[at + i] = (char)(value >> 8 * i);
}

/* A file in memory: what file[] begins with, then zeros up to size. */
static int made(size_t len, off_t size)
{
	int fd = memfd_create("image", 0);

	if (fd < 0 || write(fd, file, len) != (ssize_t)len ||
	    ftruncate(fd, size))
		exit(99);
	return fd;
}

/* bytes 0: it has none; packed 0: nor is it packed */
static void kernel(const char *name, size_t len, uint64_t bytes,
		   uint64_t packed)
{
	struct kernel_image out;
	int fd = made(len, (off_t)len);
	int err = image_kernel(fd, &out);

	close(fd);
	memset(file, 0, sizeof(file));
	if (!ok((bytes || packed ? !err : err == -ENODATA) &&
			out.have_bytes == (bytes != 0) &&
			(!bytes || out.bytes == bytes) &&
			out.packed_bytes == packed,
		"%s", name))
		printf("# %d: %" PRIu64 " bytes, %" PRIu64 " packed\n", err,
		       out.bytes, out.packed_bytes);
}

/* Of a packed kernel of 100 bytes at 4096 */
static void zboot(const char *type, size_t behind, uint64_t unpacked)
{
	put(0, "MZ\0\0zimg", 8);
	put_little(8, 4096, 4);
	put_little(12, 100, 4);
	put(24, type, strlen(type) + 1);
	put_little(4096 + 100 + behind - 4, unpacked, 4);
}

static void kernels(void)
{
	put(0x202, "HdrS", 4);
	put_little(0x1fe, 0xaa55, 2);
	put_little(0x206, 0x20f, 2);
	put_little(0x260, 50000000, 4);
	kernel("bzImage", 1024, 50000000, 0);
	put(56, "ARM\x64", 4);
	put_little(16, 40000000, 8);
	kernel("Image", 64, 40000000, 0);
	zboot("gzip", 0, 41000000);
	kernel("zboot of gzip: its last four bytes", 4196, 41000000, 100);
	zboot("zstd22", 4, 42000000);
	kernel("zboot of zstd: four bytes behind it", 4200, 42000000, 100);
	zboot("xzkern", 4, 43000000);
	kernel("zboot of xz", 4200, 43000000, 100);
	zboot("gzip", 0, 41000000);
	kernel("zboot that is cut before its end: packed, and no size", 4096, 0,
	       100);
	zboot("gzip", 0, 99);
	kernel("zboot that becomes smaller", 4196, 0, 100);
	zboot("gzip", 0, 1U << 30);
	kernel("zboot that becomes 1 GiB", 4196, 0, 100);
	zboot("gzip", 0, 41000000);
	put_little(8, 0xffffffff, 4);
	put_little(12, 0xffffffff, 4);
	kernel("zboot whose payload is beyond everything", 4196, 0, 0);
	zboot("gzip", 0, 41000000);
	kernel("zboot's header only in part", 40, 0, 0);
	put(0, "\x1f\x8b\x08", 3);
	put_little(996, 45000000, 4);
	kernel("Image.gz", 1000, 45000000, 1000);
	put(0, "\x1f\x8b\x08", 3);
	kernel("Image.gz with zeros behind: packed, and no size", 1000, 0,
	       1000);
	put(0, "\x1f\x8b", 2);
	kernel("nothing but gzip's mark", 2, 0, 0);
	kernel("zeros", 1000, 0, 0);
	kernel("nothing", 0, 0, 0);
}

static void initramfs(const char *name, size_t len, off_t size, int want)
{
	struct initramfs out;
	int fd = made(len, size);
	int err;

	alarm(10);
	err = image_initramfs(fd, &out);
	alarm(0);
	close(fd);
	memset(file, 0, sizeof(file));
	if (!ok(err == want, "%s", name))
		printf("# %d\n", err);
}

#define ZERO "00000000"

/* Eleven fields, the length of the name, a sum, the name, to four bytes */
static const char trailer[] =
	"070701" ZERO ZERO ZERO ZERO ZERO ZERO ZERO ZERO ZERO ZERO ZERO
	"0000000b" ZERO "TRAILER!!!\0\0\0";

static void ends(void)
{
	put(0, trailer, sizeof(trailer));
	initramfs("an archive", sizeof(trailer), sizeof(trailer), 0);
	put(0, trailer, sizeof(trailer));
	initramfs("and some padding", sizeof(trailer), 4096, 0);
	put(0, trailer, sizeof(trailer));
	initramfs("and 3 GiB of zeros: given up", sizeof(trailer),
		  (off_t)3 << 30, -EFBIG);
	initramfs("1 TiB", 0, (off_t)1 << 40, -EFBIG);
}

int main(void)
{
	int ends_of[2];
	struct kernel_image out;
	struct initramfs unpacked;

	kernels();
	ends();
	if (pipe(ends_of))
		return 99;
	ok(image_kernel(ends_of[0], &out) == -EINVAL &&
		   image_initramfs(ends_of[0], &unpacked) == -EINVAL,
	   "a pipe is no image");
	return tap_end();
}
