/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which boot loader started the running kernel, by what it left behind. */
#ifndef BOOTED_H
#define BOOTED_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/root.h"

/* https://systemd.io/BOOT_LOADER_INTERFACE */
#define BOOTED_EFIVAR(name)                                                    \
	"sys/firmware/efi/efivars/" name "-4a67b082-0a4c-41cf-b6c7-"           \
	"440b29bb8c4f"
#define BOOTED_LOADER_INFO BOOTED_EFIVAR("LoaderInfo")
#define BOOTED_STUB_INFO   BOOTED_EFIVAR("StubInfo")
/* The firmware sets it at each boot (UEFI 2.10, 3.3). */
#define BOOTED_BY_FIRMWARE                                                     \
	"sys/firmware/efi/efivars/BootCurrent-8be4df61-93ca-11d2-aa0d-"        \
	"00e098032b8c"

/* Bits, because one of our boot loaders may match several. */
enum booted {
	BOOTED_UNKNOWN = 0, /* nothing tells */
	BOOTED_GRUB = 1 << 0,
	BOOTED_SYSTEMD_BOOT = 1 << 1,
	BOOTED_STUB = 1 << 2,  /* a unified kernel image, whatever started it */
	BOOTED_OTHER = 1 << 3, /* it named itself, and is none of these */
	BOOTED_FIRMWARE = 1 << 4, /* the kernel was started as an EFI program */
};

/*
 * From LoaderInfo and StubInfo among the EFI variables, else from BOOT_IMAGE=
 * or an EFI path in initrd= on the kernel's command line. Without LoaderInfo
 * that is the firmware's, where its variables can be seen.
 */
enum booted booted_find(const struct root *root, const char *cmdline);

/* True if a unified kernel image was booted, whatever started it. */
bool booted_is_uki(const struct root *root);

/*
 * The text of an EFI variable as efivarfs shows it: 4 bytes of attributes, then
 * UTF-16. Other characters than ASCII become "?". false: malformed. Pure.
 */
bool booted_efi_text(const char *buf, size_t len, char *out, size_t size);

#endif
