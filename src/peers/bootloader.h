/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the production kernel gets its command line: a struct of operations for
 * each boot loader, in a file of its own. bootloader.c has the table of them.
 */
#ifndef BOOTLOADER_H
#define BOOTLOADER_H

#include <stdbool.h>

#include "config/config.h"
#include "lib/root.h"
#include "peers/boot_words.h"
#include "peers/booted.h"
#include "peers/edits.h"
#include "peers/owner.h"
#include "peers/peer_file.h"
#include "state/asked.h"

struct bootloader {
	const char *name; /* as people and --json are told */
	/* The command that puts a change into force, as people type it. */
	const char *command;

	/* True if it is installed here. NULL: only its backend tells. */
	bool (*is_here)(const struct root *root);
	/*
	 * BOOTED_ bits: how the running kernel was booted if it is this one
	 * (boots), and if it may be this one where no other is (may_boot).
	 */
	unsigned int boots, may_boot;

	/*
	 * What people are told where only they can change it: a format with one
	 * %s for the words. The members below are then unset. NULL: apply
	 * changes it.
	 */
	const char *advice;

	/*
	 * Mount points, beside /boot, of what it reads: nothing of it is run
	 * while one of them is in /etc/fstab and not mounted.
	 */
	const char *partitions[2];

	/* Its files that apply may change. */
	struct peer_file files[2];

	/*
	 * The crashkernel= words that people and packages wrote into its files,
	 * ours left out. NULL: it has no such files.
	 */
	void (*read)(const struct root *root, struct boot_words *words);

	/*
	 * Whose these words are, if they stand where only a package or only
	 * people write. false: it cannot be told. NULL: it never can.
	 */
	bool (*whose)(const struct root *root, const char *words,
		      struct whose *out);

	/*
	 * Ask the package of these files whether a person changed what it wrote
	 * there: CHANGED_BY_HAND and the words, or "". Only apply and learn do.
	 * NULL: it cannot be asked.
	 */
	void (*ask)(const struct root *root, const struct config *config,
		    char words[static ASKED_WORDS_MAX]);

	/*
	 * Change its files so that they hold these words. NULL: a program holds
	 * the words, and commit gives them to it.
	 */
	int (*edit)(const struct root *root, const char *words,
		    struct edits *edits);

	/*
	 * Are the words that edit wrote gone from its files, whatever stands
	 * there now? NULL: a program holds them.
	 */
	bool (*has_lost)(const struct root *root);

	/*
	 * Called before anything is written. 0: its program can make the
	 * change; -errno, with edits->error: only people can. NULL: it always
	 * can.
	 */
	int (*precheck)(const struct root *root, const char *words,
			struct edits *edits);

	/*
	 * Put the changed files into force, or give the words to the program
	 * that holds them; then read back what the next boot will be given.
	 * words NULL: a revert; nothing is read back. is_unfinished: finish an
	 * earlier run, and keep what somebody set since. 0; COMMIT_UNSEEN; or
	 * -errno after a message.
	 */
	int (*commit)(const struct root *root, const char *words,
		      bool is_unfinished);

	/* The rest is for programs that hold the words; else it is NULL. */

	/* In /var/lib/kdump-dma/saved: what the program held before us. */
	const char *kept;
	/*
	 * Give these words to boot entries that came since with a kernel.
	 * release: the kernel that was installed just now, or NULL.
	 */
	int (*give_new)(const struct root *root, const char *words,
			const char *release);
	/*
	 * Give back the words that it held before us. ours: the words of the
	 * last apply. was_cut: an apply did not finish. 0 if we never gave any.
	 */
	int (*take_back)(const struct root *root, const char *ours,
			 bool was_cut);
};

extern const struct bootloader bootloader_ostree, bootloader_grubby,
	bootloader_grub_d, bootloader_kernel_install, bootloader_proxmox,
	bootloader_kdumptool, bootloader_unknown;
extern const struct bootloader bootloader_ostree_by_hand, bootloader_composefs,
	bootloader_extlinux, bootloader_zipl, bootloader_raspberry,
	bootloader_u_boot, bootloader_refind, bootloader_limine,
	bootloader_grub_by_hand, bootloader_systemd_boot_by_hand,
	bootloader_uki_by_hand, bootloader_firmware, bootloader_nixos,
	bootloader_alpine, bootloader_raspberry_tries;

#define CHANGED_BY_HAND "changed "

/* commit returns this if all went well but nothing can be read back. */
#define COMMIT_UNSEEN 1

/* Every known one, in the order in which they are looked for; NULL ends. */
extern const struct bootloader *const bootloaders[];

/*
 * The one that booted the running kernel, by its command line and the EFI
 * variables; only where nothing tells, one that is installed. Never NULL:
 * bootloader_unknown if there is none that is known.
 */
const struct bootloader *bootloader_detect(const struct root *root,
					   const char *cmdline);

#endif
