/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What boot entries had before us, and all that we ever gave them, in a file of
 * /var/lib/kdump-dma/saved: what an entry has and we never gave it, somebody
 * set since. For grubby's entries; rpm-ostree's one is kept as an entry, too.
 */
#ifndef KEPT_H
#define KEPT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/root.h"

#define KEPT_GRUBBY "grubby.before"
#define KEPT_OSTREE "ostree.before"

#define KEPT_ENTRIES_MAX 32
#define KEPT_OURS_MAX	 16
#define KEPT_WORDS_MAX	 512

/*
 * Several may be of one kernel: index is what grubby is told, id what stays the
 * same; either is empty where there is none.
 */
struct boot_entry {
	char index[12];
	char id[192];
	char kernel[192];
	char words[KEPT_WORDS_MAX]; /* its crashkernel= words */
};

struct kept {
	struct boot_entry entries[KEPT_ENTRIES_MAX];
	size_t count;
	char ours[KEPT_OURS_MAX][KEPT_WORDS_MAX];
	size_t ours_count;
};

/* What an entry is kept by, and what people are told. */
const char *kept_name(const struct boot_entry *entry);

/* -ENOENT: nothing was kept. */
int kept_read(const struct root *root, const char *file, struct kept *kept);
/* ours: what "applied" says, which earlier versions did not keep here. */
int kept_read_and(const struct root *root, const char *file, const char *ours,
		  struct kept *kept);
/*
 * Before entries are given words: what they have now is kept the first time,
 * the words each time. A message on an error.
 */
int kept_keep(const struct root *root, const char *file, const struct kept *now,
	      const char *words, struct kept *kept);
/*
 * Entries that came since and have our words now are known from here on. They
 * get back what the first had. The first of all stays for that.
 */
int kept_add_new(const struct root *root, const char *file,
		 const struct kept *now, struct kept *kept);
/* Says that file failed, and returns err. */
int kept_failed(const char *file, int err);

const struct boot_entry *kept_find(const struct kept *kept,
				   const struct boot_entry *other);
/* Did we ever give these words? */
bool kept_is_ours(const struct kept *kept, const char *words);
/*
 * Neither ours nor what was there before us. None is not: a kill between
 * grubby's two commands leaves none.
 */
bool kept_is_set_since(const struct kept *kept, const struct boot_entry *now);
void kept_say_left(const struct boot_entry *now);

#endif
