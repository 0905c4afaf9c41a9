/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The memory that a kernel and an initramfs will take, from their headers. */
#ifndef IMAGE_H
#define IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kernel_image {
	bool have_bytes;
	uint64_t bytes;
	/* of a compressed one that does not say what it becomes; 0: another */
	uint64_t packed_bytes;
};

/*
 * Memory that the kernel in fd needs for itself until it runs: text, data, bss.
 * Knows bzImage (init_size of the setup header), ELF (program headers), the
 * Image of arm64, riscv and loongarch, and what of those is packed, by EFI
 * zboot or by gzip: then it is the size of the file that is unpacked, which has
 * no bss. 0 or -errno, -ENODATA for others; fd's offset does not change.
 */
int image_kernel(int fd, struct kernel_image *out);

enum initramfs_kind {
	INITRAMFS_UNKNOWN,
	INITRAMFS_CPIO, /* not compressed */
	INITRAMFS_GZIP,
	INITRAMFS_ZSTD,
	INITRAMFS_XZ,
	INITRAMFS_LZ4,
	INITRAMFS_LZMA,
	INITRAMFS_BZIP2,
	INITRAMFS_LZO,
};

struct initramfs {
	enum initramfs_kind kind; /* of its last, main part */
	uint64_t packed_bytes;	  /* the file */
	uint64_t plain_bytes; /* archives in front that are not compressed */
	bool have_unpacked;
	uint64_t unpacked_bytes; /* all of it */
};

/*
 * Looks at the headers of the archives in fd, without unpacking. They tell the
 * unpacked size only of plain cpio, and of gzip, which ends with it (below
 * 4 GiB). 0 or -errno; fd's offset does not change.
 */
int image_initramfs(int fd, struct initramfs *out);

/* The capture kernel and its initramfs, measured. */
struct images {
	bool have_kernel;
	uint64_t kernel_bytes;
	bool kernel_is_assumed; /* not found out: a multiple of packed */
	bool have_initramfs;
	uint64_t packed_bytes;
	uint64_t unpacked_bytes;
	bool unpacked_is_assumed; /* not found out: a multiple of packed */
	uint64_t luks_bytes;	  /* key derivation, to open the dump's disk */
	bool unlocks; /* native's opens it by a key slot of our own instead */
};

/* The program that unpacks it to standard output with -dc; NULL: none. */
const char *image_unpacker(enum initramfs_kind kind);

#endif
