/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a kernel and an initramfs will occupy, told from their headers. */
#ifndef IMAGE_H
#define IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of a kernel file that image_kernel_bytes() wants to see, at most. */
#define IMAGE_KERNEL_HEAD 65536

/*
 * Memory that the kernel in this file needs for itself until it runs: text,
 * data, bss. Knows bzImage (init_size of the setup header), ELF (program
 * headers) and the Image of arm64, riscv and loongarch. -ENODATA for others.
 */
int image_kernel_bytes(const char *head, size_t len, uint64_t *bytes);

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
 * Looks at the headers of the archives in fd, without unpacking: a size is
 * had for plain cpio and for gzip (which ends with it, below 4 GiB). 0 or
 * -errno; fd's offset is left alone.
 */
int image_initramfs(int fd, struct initramfs *out);

/* The capture kernel and its initramfs, measured. */
struct images {
	bool have_kernel;
	uint64_t kernel_bytes;
	bool have_initramfs;
	uint64_t packed_bytes;
	uint64_t unpacked_bytes;
	bool unpacked_is_assumed; /* not found out: a multiple of packed */
	uint64_t luks_bytes;	  /* key derivation, to open the dump's disk */
};

/* The program that unpacks it to standard output with -dc; NULL: none. */
const char *initramfs_unpacker(enum initramfs_kind kind);

#endif
