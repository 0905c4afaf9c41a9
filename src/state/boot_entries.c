// SPDX-License-Identifier: GPL-2.0-or-later
#include "state/boot_entries.h"

#include <errno.h>
#include <string.h>

#include "lib/macros.h"
#include "state/file.h"
#include "state/saved.h"
#include "state/state.h"

#define OURS	  "ours" /* a kernel's name begins with a slash */
#define BYTES_MAX (128 * 1024)

/* An entry is kept under its id, or under its kernel if it has no id. */
const char *boot_entry_name(const struct boot_entry *entry)
{
	return entry->id[0] && !strpbrk(entry->id, " \t") ? entry->id
							  : entry->kernel;
}

/* Earlier versions kept an entry under its kernel. */
static bool is_same(const struct boot_entry *kept, const struct boot_entry *now)
{
	return streq(boot_entry_name(kept), boot_entry_name(now)) ||
	       streq(boot_entry_name(kept), now->kernel);
}

const struct boot_entry *boot_entries_find(const struct boot_entries *kept,
					   const struct boot_entry *other)
{
	for (size_t i = 0; i < kept->count; i++)
		if (is_same(&kept->entries[i], other))
			return &kept->entries[i];
	return NULL;
}

static void print_kept(FILE *to, const void *arg)
{
	const struct boot_entries *kept = arg;

	for (size_t i = 0; i < kept->count; i++)
		fprintf(to, "%s %s\n", boot_entry_name(&kept->entries[i]),
			kept->entries[i].words);
	for (size_t i = 0; i < kept->ours_count; i++)
		fprintf(to, OURS " %s\n", kept->ours[i]);
}

bool boot_entries_is_ours(const struct boot_entries *kept, const char *words)
{
	for (size_t i = 0; i < kept->ours_count; i++)
		if (streq(kept->ours[i], words))
			return true;
	return false;
}

/* True if an entry had these words before us. */
static bool was_there(const struct boot_entries *kept, const char *words)
{
	for (size_t i = 0; i < kept->count; i++)
		if (streq(kept->entries[i].words, words))
			return true;
	return false;
}

/* Add words of ours; if the list is full, the oldest are dropped. */
static void add_ours(struct boot_entries *kept, struct text words)
{
	if (kept->ours_count == BOOT_ENTRIES_OURS_MAX)
		memmove(kept->ours, kept->ours + 1,
			--kept->ours_count * sizeof(*kept->ours));
	text_copy(words, kept->ours[kept->ours_count++],
		  BOOT_ENTRIES_WORDS_MAX);
}

static void kept_line(void *arg, const struct line *line)
{
	struct boot_entries *kept = arg;
	struct text rest = line->text, kernel;
	struct boot_entry *entry;

	if (!text_word(&rest, &kernel) || rest.len >= BOOT_ENTRIES_WORDS_MAX)
		return;
	if (text_equal(kernel, OURS)) {
		add_ours(kept, text_trim(rest));
		return;
	}
	if (kept->count == BOOT_ENTRIES_MAX ||
	    kernel.len >= sizeof(entry->kernel))
		return;
	entry = &kept->entries[kept->count++];
	/* or its id, which begins with no slash */
	text_copy(kernel, entry->kernel, sizeof(entry->kernel));
	text_copy(text_trim(rest), entry->words, sizeof(entry->words));
}

int boot_entries_read(const struct root *root, const char *name,
		      struct boot_entries *kept)
{
	memset(kept, 0, sizeof(*kept));
	return root_lines(root, BYTES_MAX, kept_line, kept, "%s/%s", SAVED_DIR,
			  name);
}

int boot_entries_read_with(const struct root *root, const char *name,
			   const char *ours, struct boot_entries *kept)
{
	int err = boot_entries_read(root, name, kept);

	if (!err && ours[0])
		add_ours(kept, text_of(ours));
	return err;
}

int boot_entries_failed(const char *name, int err)
{
	fprintf(stderr, "kdump-dma: /%s/%s: %s\n", SAVED_DIR, name,
		strerror(-err));
	return err;
}

static int kept_write(const struct root *root, const char *name,
		      const struct boot_entries *kept)
{
	int err = state_write(root, SAVED_DIR, name, print_kept, kept);

	return err ? boot_entries_failed(name, err) : 0;
}

static void drop_gone(struct boot_entries *kept, const struct boot_entries *now)
{
	size_t left = 1;

	for (size_t i = 1; i < kept->count; i++)
		for (size_t j = 0; j < now->count; j++)
			if (is_same(&kept->entries[i], &now->entries[j])) {
				kept->entries[left++] = kept->entries[i];
				break;
			}
	kept->count = left;
}

int boot_entries_remember(const struct root *root, const char *name,
			  const struct boot_entries *now, const char *words,
			  struct boot_entries *kept)
{
	int err = boot_entries_read(root, name, kept);

	if (err == -ENOENT) {
		*kept = *now;
		err = file_make_folder(root, SAVED_DIR, 0700);
	} else if (!err && boot_entries_is_ours(kept, words)) {
		return 0;
	}
	if (!err)
		add_ours(kept, text_of(words));
	return err ? boot_entries_failed(name, err)
		   : kept_write(root, name, kept);
}

int boot_entries_add_new(const struct root *root, const char *name,
			 const struct boot_entries *now,
			 struct boot_entries *kept)
{
	bool changed = false;

	for (size_t i = 0; i < now->count; i++) {
		const struct boot_entry *entry = &now->entries[i];
		struct boot_entry *new;

		if (!kept->count || boot_entries_find(kept, entry) ||
		    !boot_entries_is_ours(kept, entry->words))
			continue;
		if (!changed)
			drop_gone(kept, now);
		changed = true;
		if (kept->count == BOOT_ENTRIES_MAX)
			break;
		new = &kept->entries[kept->count++];
		*new = *entry;
		memcpy(new->words, kept->entries[0].words, sizeof(new->words));
	}
	return changed ? kept_write(root, name, kept) : 0;
}

bool boot_entries_is_foreign(const struct boot_entries *kept,
			     const struct boot_entry *now)
{
	return now->words[0] && !boot_entries_is_ours(kept, now->words) &&
	       !was_there(kept, now->words);
}

void boot_entry_say_left(const struct boot_entry *now)
{
	printf("left %s with \"%s\", which was set since\n",
	       boot_entry_name(now), now->words);
}
