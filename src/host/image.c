// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/image.h"

#include <elf.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/macros.h"
#include "lib/number.h"

static uint64_t little(const char *at, size_t bytes)
{
	uint64_t value = 0;

	for (size_t i = bytes; i > 0; i--)
		value = value << 8 | (unsigned char)at[i - 1];
	return value;
}

/* Documentation/arch/x86/boot.rst: init_size since protocol 2.10. */
static int bzimage_bytes(const char *head, size_t len, uint64_t *bytes)
{
	if (len < 0x264 || little(head + 0x1fe, 2) != 0xaa55 ||
	    memcmp(head + 0x202, "HdrS", 4) || little(head + 0x206, 2) < 0x20a)
		return -ENODATA;
	*bytes = little(head + 0x260, 4);
	return *bytes ? 0 : -ENODATA;
}

/* ELF64 of this machine's byte order: what it loads, from first to last. */
static int elf_bytes(const char *head, size_t len, uint64_t *bytes)
{
	Elf64_Ehdr ehdr;

	if (len < sizeof(ehdr) || memcmp(head, ELFMAG, SELFMAG) ||
	    head[EI_CLASS] != ELFCLASS64)
		return -ENODATA;
	memcpy(&ehdr, head, sizeof(ehdr));
	*bytes = 0;
	if (ehdr.e_phentsize != sizeof(Elf64_Phdr) || ehdr.e_phoff > len ||
	    ehdr.e_phnum > (len - ehdr.e_phoff) / sizeof(Elf64_Phdr))
		return -ENODATA;
	for (unsigned int i = 0; i < ehdr.e_phnum; i++) {
		Elf64_Phdr phdr;

		memcpy(&phdr, head + ehdr.e_phoff + i * sizeof(phdr),
		       sizeof(phdr));
		if (phdr.p_type == PT_LOAD &&
		    __builtin_add_overflow(*bytes, phdr.p_memsz, bytes))
			return -ENODATA;
	}
	return *bytes ? 0 : -ENODATA;
}

/* Documentation/arch/{arm64/booting,riscv/boot-image-header}.rst */
static int flat_image_bytes(const char *head, size_t len, uint64_t *bytes)
{
	if (len < 64 || (memcmp(head + 56, "ARM\x64", 4) &&
			 memcmp(head + 56, "RSC\x05", 4)))
		return -ENODATA;
	*bytes = little(head + 16, 8);
	return *bytes ? 0 : -ENODATA;
}

/* A kernel of 1 GiB or more is a broken header, not a kernel. */
#define KERNEL_BYTES_MAX (UINT64_C(1) << 30)

static int little_at(int fd, uint64_t offset, uint64_t *value)
{
	char bytes[4];

	if (pread(fd, bytes, sizeof(bytes), (off_t)offset) != sizeof(bytes))
		return -ENODATA;
	*value = little(bytes, sizeof(bytes));
	return 0;
}

/* What is unpacked is larger, or it is not the size that was read. */
static void take_unpacked(int fd, uint64_t offset, uint64_t packed,
			  struct kernel_image *out)
{
	out->packed_bytes = packed < KERNEL_BYTES_MAX ? packed : 0;
	out->have_bytes = !little_at(fd, offset, &out->bytes) &&
			  out->bytes > packed && out->bytes < KERNEL_BYTES_MAX;
}

/*
 * drivers/firmware/efi/libstub/zboot-header.S: where the packed kernel is, how
 * long, and how it was packed. gzip's size is in its last four bytes, that of
 * the others was put behind it.
 */
static int zboot(int fd, const char *head, size_t len, struct kernel_image *out)
{
	uint64_t offset, packed;

	if (len < 64 || memcmp(head, "MZ", 2) || memcmp(head + 4, "zimg", 4))
		return -ENODATA;
	offset = little(head + 8, 4);
	packed = little(head + 12, 4);
	if (offset < 64 || packed < 18)
		return -ENODATA;
	take_unpacked(fd,
		      offset + packed - (strncmp(head + 24, "gzip", 8) ? 0 : 4),
		      packed, out);
	return 0;
}

/* RFC 1952, the whole file: the last four bytes are what it is unpacked to. */
static int gzipped(int fd, const char *head, size_t len, uint64_t size,
		   struct kernel_image *out)
{
	if (len < 18 || memcmp(head, "\x1f\x8b", 2))
		return -ENODATA;
	take_unpacked(fd, size - 4, size, out);
	return 0;
}

/* Bytes in front that may hold a header, or an ELF's list of segments. */
#define KERNEL_HEAD 65536

int image_kernel(int fd, struct kernel_image *out)
{
	static char head[KERNEL_HEAD];
	struct stat st;
	ssize_t len;

	memset(out, 0, sizeof(*out));
	if (fstat(fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	len = pread(fd, head, sizeof(head), 0);
	if (len < 0)
		return -errno;
	if (!bzimage_bytes(head, (size_t)len, &out->bytes) ||
	    !elf_bytes(head, (size_t)len, &out->bytes) ||
	    !flat_image_bytes(head, (size_t)len, &out->bytes)) {
		out->have_bytes = out->bytes < KERNEL_BYTES_MAX;
		return out->have_bytes ? 0 : -ENODATA;
	}
	out->bytes = 0;
	if (zboot(fd, head, (size_t)len, out) &&
	    gzipped(fd, head, (size_t)len, (uint64_t)st.st_size, out))
		return -ENODATA;
	return out->have_bytes || out->packed_bytes ? 0 : -ENODATA;
}

/* Documentation/driver-api/early-userspace/buffer-format.rst: newc, newcx */
#define CPIO_HEADER	 110
#define CPIO_MEMBERS_MAX 100000
/* What no boot loader could load. */
#define INITRAMFS_BYTES_MAX ((off_t)4 << 30)
/* More zeros than any padding: a file that has no end worth looking for. */
#define PADDING_MAX (UINT64_C(16) << 20)

static bool is_cpio(const char *head)
{
	return !memcmp(head, "070701", 6) || !memcmp(head, "070702", 6);
}

static int cpio_field(const char *header, unsigned int index, uint64_t *out)
{
	return number_parse(header + 6 + 8 * index, 8, 16, out);
}

static uint64_t align4(uint64_t n)
{
	return (n + 3) & ~UINT64_C(3);
}

/* From one archive's first byte to behind its last member. */
static int skip_cpio(int fd, uint64_t size, uint64_t *offset)
{
	for (int i = 0; i < CPIO_MEMBERS_MAX; i++) {
		char header[CPIO_HEADER], name[11] = "";
		uint64_t file, name_size;
		ssize_t n = pread(fd, header, sizeof(header), (off_t)*offset);

		if (n != sizeof(header) || !is_cpio(header) ||
		    cpio_field(header, 6, &file) ||
		    cpio_field(header, 11, &name_size))
			return -EINVAL;
		n = pread(fd, name, sizeof(name) - 1,
			  (off_t)*offset + CPIO_HEADER);
		if (n < 0)
			return -errno;
		*offset = align4(*offset + CPIO_HEADER + name_size);
		*offset = align4(*offset + file);
		if (*offset > size)
			return -EINVAL;
		if (streq(name, "TRAILER!!!"))
			return 0;
	}
	return -E2BIG;
}

/* Archives are padded with zeros, in words. */
static int skip_zeros(int fd, uint64_t size, uint64_t *offset)
{
	static char block[65536];
	uint64_t end = *offset + PADDING_MAX;

	while (*offset < size) {
		ssize_t n = pread(fd, block, sizeof(block), (off_t)*offset);

		if (n <= 0)
			return n ? -errno : -EINVAL;
		for (ssize_t i = 0; i < n; i++)
			if (block[i]) {
				*offset += (uint64_t)i;
				return 0;
			}
		*offset += (uint64_t)n;
		if (*offset > end)
			return -EFBIG;
	}
	return 0;
}

static const struct {
	enum initramfs_kind kind;
	const char *magic;
	size_t len;
	const char *unpacker;
} kinds[] = {
	{ INITRAMFS_GZIP, "\x1f\x8b", 2, "gzip" },
	{ INITRAMFS_ZSTD, "\x28\xb5\x2f\xfd", 4, "zstd" },
	{ INITRAMFS_XZ, "\xfd\x37zXZ\0", 6, "xz" },
	{ INITRAMFS_LZ4, "\x02\x21\x4c\x18", 4, "lz4" },
	{ INITRAMFS_LZMA, "\x5d\0\0", 3, "lzma" },
	{ INITRAMFS_BZIP2, "BZh", 3, "bzip2" },
	{ INITRAMFS_LZO, "\x89LZO", 4, "lzop" },
};

static enum initramfs_kind kind_of(const char head[static 8])
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!memcmp(head, kinds[i].magic, kinds[i].len))
			return kinds[i].kind;
	return INITRAMFS_UNKNOWN;
}

const char *image_unpacker(enum initramfs_kind kind)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (kinds[i].kind == kind)
			return kinds[i].unpacker;
	return NULL;
}

/* RFC 1952: the last four bytes are the unpacked size modulo 2^32. */
static int gzip_unpacked(int fd, struct initramfs *out)
{
	char tail[4];

	if (out->packed_bytes < out->plain_bytes + 18)
		return -EINVAL;
	if (pread(fd, tail, 4, (off_t)out->packed_bytes - 4) != 4)
		return -EINVAL;
	out->unpacked_bytes = out->plain_bytes + little(tail, 4);
	/* Padding behind the stream would read as 0: then it is not known. */
	out->have_unpacked =
		little(tail, 4) > out->packed_bytes - out->plain_bytes;
	return 0;
}

int image_initramfs(int fd, struct initramfs *out)
{
	uint64_t offset = 0;
	struct stat st;

	memset(out, 0, sizeof(*out));
	if (fstat(fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	if (st.st_size > INITRAMFS_BYTES_MAX)
		return -EFBIG;
	out->packed_bytes = (uint64_t)st.st_size;
	while (offset < out->packed_bytes) {
		char head[8] = "";
		int err;

		if (pread(fd, head, sizeof(head), (off_t)offset) < 0)
			return -errno;
		if (!is_cpio(head)) {
			out->kind = kind_of(head);
			out->plain_bytes = offset;
			return out->kind == INITRAMFS_GZIP
				       ? gzip_unpacked(fd, out)
				       : 0;
		}
		err = skip_cpio(fd, out->packed_bytes, &offset);
		if (!err)
			err = skip_zeros(fd, out->packed_bytes, &offset);
		if (err)
			return err;
		out->kind = INITRAMFS_CPIO;
	}
	out->plain_bytes = out->unpacked_bytes = out->packed_bytes;
	out->have_unpacked = out->kind == INITRAMFS_CPIO;
	return 0;
}
