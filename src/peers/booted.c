// SPDX-License-Identifier: GPL-2.0-or-later
#include "peers/booted.h"

#include <string.h>

#include "lib/text.h"

#define EFI_MAX 256 /* of a text; longer ones are cut */

bool booted_efi_text(const char *buf, size_t len, char *out, size_t size)
{
	size_t n = 0;

	out[0] = '\0';
	if (len < 6 || len % 2)
		return false;
	for (size_t at = 4; at < len && n + 1 < size; at += 2) {
		unsigned char low = (unsigned char)buf[at];

		if (!low && !buf[at + 1])
			break;
		out[n++] = buf[at + 1] || low < 0x20 || low > 0x7e ? '?'
								   : (char)low;
	}
	out[n] = '\0';
	return n > 0;
}

static bool read_efi(const struct root *root, const char *path, char *out,
		     size_t size)
{
	char buf[4 + 2 * EFI_MAX];
	ssize_t len = root_read(root, buf, sizeof(buf), "%s", path);

	out[0] = '\0';
	return len > 0 && booted_efi_text(buf, (size_t)len, out, size);
}

bool booted_is_uki(const struct root *root)
{
	char text[EFI_MAX];

	return read_efi(root, BOOTED_STUB_INFO, text, sizeof(text));
}

/*
 * systemd-boot's entries have initrd=\EFI\...; GRUB, like others before it,
 * puts BOOT_IMAGE= in front.
 */
static enum booted of_cmdline(const char *cmdline)
{
	struct text rest = text_of(cmdline), word;

	if (text_has_word(rest, "BOOT_IMAGE="))
		return BOOTED_GRUB;
	while (text_word(&rest, &word))
		if (text_skip(&word, "initrd=") && text_contains(word, "\\"))
			return BOOTED_SYSTEMD_BOOT;
	return BOOTED_UNKNOWN;
}

enum booted booted_find(const struct root *root, const char *cmdline)
{
	char text[EFI_MAX];
	enum booted booted;

	/* It brings its own command line, whatever started it. */
	if (booted_is_uki(root))
		return BOOTED_STUB;
	if (read_efi(root, BOOTED_LOADER_INFO, text, sizeof(text))) {
		if (!strncmp(text, "systemd-boot", 12))
			return BOOTED_SYSTEMD_BOOT;
		if (!strncmp(text, "GRUB", 4))
			return BOOTED_GRUB;
		/* rEFInd and others start kernels and GRUB alike; kernels with
		 * initrd= and an EFI path, too. */
		return of_cmdline(cmdline) == BOOTED_GRUB ? BOOTED_GRUB
							  : BOOTED_OTHER;
	}
	booted = of_cmdline(cmdline);
	return booted == BOOTED_SYSTEMD_BOOT &&
			       root_exists(root, BOOTED_BY_FIRMWARE)
		       ? BOOTED_FIRMWARE
		       : booted;
}
