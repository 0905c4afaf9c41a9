/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The boot entries that grubby or rpm-ostree manages: the crashkernel= words
 * that each entry had before us, and all words that we ever gave one. An entry
 * with other words was changed by somebody else. One file below
 * /var/lib/kdump-dma/saved for each of the two programs.
 */
#ifndef BOOT_ENTRIES_H
#define BOOT_ENTRIES_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/root.h"

#define BOOT_ENTRIES_GRUBBY "grubby.before"
#define BOOT_ENTRIES_OSTREE "ostree.before"

#define BOOT_ENTRIES_MAX       32
#define BOOT_ENTRIES_OURS_MAX  16
#define BOOT_ENTRIES_WORDS_MAX 512

/*
 * Several entries may be of one kernel. grubby is given the index, which
 * changes when entries come and go; the id stays the same. Either may be empty.
 */
struct boot_entry {
	char index[12];
	char id[192];
	char kernel[192];
	char words[BOOT_ENTRIES_WORDS_MAX]; /* its crashkernel= words */
};

struct boot_entries {
	struct boot_entry entries[BOOT_ENTRIES_MAX];
	size_t count;
	char ours[BOOT_ENTRIES_OURS_MAX][BOOT_ENTRIES_WORDS_MAX];
	size_t ours_count;
};

/* The id, or the kernel of an entry without one: its name in messages, too. */
const char *boot_entry_name(const struct boot_entry *entry);

/* -ENOENT: nothing was kept. */
int boot_entries_read(const struct root *root, const char *file,
		      struct boot_entries *kept);
/*
 * boot_entries_read(), with ours added to the words that we gave: earlier
 * versions wrote those only to "applied".
 */
int boot_entries_read_with(const struct root *root, const char *file,
			   const char *ours, struct boot_entries *kept);
/*
 * Called before entries are given words. Remembers those words, and what each
 * entry has now unless an earlier call did. 0 or -errno after a message.
 */
int boot_entries_remember(const struct root *root, const char *file,
			  const struct boot_entries *now, const char *words,
			  struct boot_entries *kept);
/*
 * Remember entries that were added after us and inherited our words. A revert
 * gives them the original words of the first entry, which is therefore never
 * forgotten.
 */
int boot_entries_add_new(const struct root *root, const char *file,
			 const struct boot_entries *now,
			 struct boot_entries *kept);
/* Prints a message that names file, and returns err. */
int boot_entries_failed(const char *file, int err);

const struct boot_entry *boot_entries_find(const struct boot_entries *kept,
					   const struct boot_entry *other);
/* True if we ever gave an entry these words. */
bool boot_entries_is_ours(const struct boot_entries *kept, const char *words);
/*
 * True if somebody changed these words after us: they are neither ours nor the
 * original ones. Empty does not count: being killed between grubby's
 * --remove-args and --args leaves an entry with no words.
 */
bool boot_entries_is_foreign(const struct boot_entries *kept,
			     const struct boot_entry *now);
void boot_entry_say_left(const struct boot_entry *now);

#endif
