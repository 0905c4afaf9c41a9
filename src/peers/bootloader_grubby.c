// SPDX-License-Identifier: GPL-2.0-or-later
/* Fedora, RHEL and their like: grubby holds the arguments of boot entries. */
#include "peers/bootloader_grubby.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config/cmdline.h"
#include "config/crashkernel.h"
#include "lib/macros.h"
#include "peers/bootloader.h"
#include "peers/run.h"
#include "state/file.h"
#include "state/saved.h"

#define INFO_MAX      (128 * 1024)
#define SECONDS_LIMIT 120

/*
 * key="value" of one line; the quotes are grubby's. That of RHEL 7 quotes only
 * the arguments.
 */
static bool has_key(struct text line, const char *key, struct text *value)
{
	if (!text_skip(&line, key) || !text_skip(&line, "="))
		return false;
	*value = line;
	if (!text_skip(&line, "\""))
		return line.len > 0;
	if (line.len == 0 || line.at[line.len - 1] != '"')
		return false;
	*value = (struct text){ line.at, line.len - 1 };
	return true;
}

static int add_words(struct text args, struct boot_entry *entry)
{
	char cmdline[4096];
	int err;

	if (!cmdline_copy(args, cmdline, sizeof(cmdline)))
		return -EINVAL;
	err = cmdline_crashkernel(cmdline, entry->words, sizeof(entry->words));
	return err == -ENOENT ? 0 : err;
}

/* index=N comes first; an entry that is not of Linux has nothing else. */
static int begin_entry(struct text index, struct text kernel,
		       struct boot_entry *entry)
{
	if (index.len >= sizeof(entry->index) ||
	    kernel.len >= sizeof(entry->kernel))
		return -EINVAL;
	memset(entry, 0, sizeof(*entry));
	text_copy(index, entry->index, sizeof(entry->index));
	text_copy(kernel, entry->kernel, sizeof(entry->kernel));
	return 0;
}

int bootloader_grubby_parse(const char *info, struct boot_entry *entries,
			    size_t max)
{
	struct text rest = text_of(info), line, value, index = { 0 };
	size_t count = 0;

	while (text_split(&rest, '\n', &line)) {
		if (text_skip(&line, "index=")) {
			index = line;
		} else if (has_key(line, "kernel", &value)) {
			if (count == max)
				return -E2BIG;
			if (begin_entry(index, value, &entries[count++]))
				return -EINVAL;
			index.len = 0;
		} else if (has_key(line, "args", &value)) {
			if (count == 0 || add_words(value, &entries[count - 1]))
				return -EINVAL;
		} else if (count && has_key(line, "id", &value) &&
			   value.len < sizeof(entries->id)) {
			text_copy(value, entries[count - 1].id,
				  sizeof(entries->id));
		}
	}
	return (int)count;
}

/* All entries as they are now; a message on an error. */
static int read_entries(struct boot_entries *now)
{
	static const char *const argv[] = { "grubby", "--info=ALL", NULL };
	static char info[INFO_MAX];
	int count, err = run_read(argv, SECONDS_LIMIT, info, sizeof(info));

	if (err)
		return run_failed("grubby --info=ALL", err);
	count = bootloader_grubby_parse(info, now->entries, BOOT_ENTRIES_MAX);
	if (count == -E2BIG)
		fprintf(stderr,
			"kdump-dma: grubby --info=ALL: more than %d entries\n",
			BOOT_ENTRIES_MAX);
	else if (count < 0)
		fputs("kdump-dma: grubby --info=ALL: not understood, or an "
		      "entry is too long\n",
		      stderr);
	now->count = count < 0 ? 0 : (size_t)count;
	return count < 0 ? count : 0;
}

static int set_entry(const struct boot_entry *entry, const char *words)
{
	char what[264], update[256], args[600];
	const char *remove[] = { "grubby", update, "--remove-args=crashkernel",
				 NULL };
	const char *add[] = { "grubby", update, args, NULL };
	int err;

	snprintf(update, sizeof(update), "--update-kernel=%s",
		 entry->index[0] ? entry->index : entry->kernel);
	snprintf(what, sizeof(what), "grubby %s", update);
	snprintf(args, sizeof(args), "--args=%s", words);
	err = run_program(remove, SECONDS_LIMIT);
	if (!err && words[0])
		err = run_program(add, SECONDS_LIMIT);
	return err ? run_failed(what, err) : 0;
}

static int set_entries(const struct boot_entries *kept,
		       const struct boot_entries *now, const char *words,
		       bool is_unfinished)
{
	int err = 0;

	for (size_t i = 0; !err && i < now->count; i++) {
		const struct boot_entry *entry = &now->entries[i];

		if (is_unfinished && boot_entries_is_foreign(kept, entry))
			boot_entry_say_left(entry);
		else if (!streq(entry->words, words))
			err = set_entry(entry, words);
	}
	return err;
}

/* On s390x zipl copies the entries to the boot record, as kdumpctl does it. */
static int run_zipl(const struct root *root)
{
	static const char *const argv[] = { "zipl", NULL };
	int err = root_exists(root, "etc/zipl.conf")
			  ? run_program(argv, SECONDS_LIMIT)
			  : 0;

	return err ? run_failed("zipl", err) : 0;
}

/* grubby may report success although /boot is full. */
static int say_not_set(const struct boot_entry *entry)
{
	fprintf(stderr, "kdump-dma: grubby left %s with \"%s\"\n",
		boot_entry_name(entry), entry->words);
	return -EIO;
}

static int grubby_commit(const struct root *root, const char *words,
			 bool is_unfinished)
{
	static struct boot_entries now, kept;
	int err = read_entries(&now);

	if (!err)
		err = boot_entries_remember(root, BOOT_ENTRIES_GRUBBY, &now,
					    words, &kept);
	if (!err)
		err = set_entries(&kept, &now, words, is_unfinished);
	if (!err)
		err = run_zipl(root);
	if (!err)
		err = read_entries(&now);
	for (size_t i = 0; !err && i < now.count; i++)
		if (!streq(now.entries[i].words, words) &&
		    !(is_unfinished &&
		      boot_entries_is_foreign(&kept, &now.entries[i])))
			err = say_not_set(&now.entries[i]);
	return err ? err
		   : boot_entries_add_new(root, BOOT_ENTRIES_GRUBBY, &now,
					  &kept);
}

static bool ends_with(const char *name, const char *release)
{
	size_t len = strlen(name), tail = strlen(release);

	return len > tail && name[len - tail - 1] == '-' &&
	       streq(name + len - tail, release);
}

/*
 * The entry is new: its kernel's package created it after our last apply. An
 * entry that we know and that has other words was changed by somebody, unless
 * its kernel was installed just now.
 */
static bool is_new(const struct boot_entries *kept,
		   const struct boot_entry *now, const char *release)
{
	bool again = release && (ends_with(now->kernel, release) ||
				 ends_with(now->id, release));

	return (again || !boot_entries_find(kept, now)) &&
	       !boot_entries_is_ours(kept, now->words) &&
	       !boot_entries_is_foreign(kept, now);
}

static int grubby_give_new(const struct root *root, const char *words,
			   const char *release)
{
	static struct boot_entries now, kept;
	size_t tried = 0;
	int zipl_err, err = boot_entries_read(root, BOOT_ENTRIES_GRUBBY, &kept);

	if (err)
		return err == -ENOENT
			       ? 0
			       : boot_entries_failed(BOOT_ENTRIES_GRUBBY, err);
	err = read_entries(&now);
	for (size_t i = 0; !err && i < now.count; i++)
		if (is_new(&kept, &now.entries[i], release)) {
			tried++;
			err = set_entry(&now.entries[i], words);
		}
	if (tried) {
		zipl_err = run_zipl(root);
		err = err ? err : zipl_err;
	}
	if (!err && tried)
		err = read_entries(&now);
	for (size_t i = 0; !err && tried && i < now.count; i++)
		if (is_new(&kept, &now.entries[i], release))
			err = say_not_set(&now.entries[i]);
	if (!err && tried)
		printf("gave %zu new boot entr%s %s\n", tried,
		       tried == 1 ? "y" : "ies", words);
	return err ? err
		   : boot_entries_add_new(root, BOOT_ENTRIES_GRUBBY, &now,
					  &kept);
}

/*
 * The words to give back to an entry. NULL: its words are not ours and stay. A
 * kernel that was installed after us inherited our words.
 */
static const char *words_before(const struct boot_entries *kept,
				const struct boot_entry *now, bool was_cut)
{
	bool half_done = was_cut && !now->words[0];
	const struct boot_entry *entry;

	if (!half_done && !boot_entries_is_ours(kept, now->words))
		return NULL;
	entry = boot_entries_find(kept, now);
	return entry ? entry->words : kept->entries[0].words;
}

static int grubby_take_back(const struct root *root, const char *ours,
			    bool was_cut)
{
	static struct boot_entries kept, now;
	int err =
		boot_entries_read_with(root, BOOT_ENTRIES_GRUBBY, ours, &kept);

	if (err)
		return err == -ENOENT ? 0 : err;
	err = read_entries(&now);
	/* Only entries that still exist: kernels are removed. */
	for (size_t i = 0; !err && kept.count && i < now.count; i++) {
		const struct boot_entry *entry = &now.entries[i];
		const char *words = words_before(&kept, entry, was_cut);

		if (words && !streq(entry->words, words))
			err = set_entry(entry, words);
		else if (!words && boot_entries_is_foreign(&kept, entry))
			boot_entry_say_left(entry);
	}
	if (!err)
		err = run_zipl(root);
	return err ? err : file_remove(root, SAVED_DIR "/" BOOT_ENTRIES_GRUBBY);
}

/* Refuse a machine that boots unified images or by another boot loader. */
static int grubby_precheck(const struct root *root, const char *words,
			   struct edits *edits)
{
	static struct boot_entries now;
	int err = read_entries(&now);

	/* An error is left to commit, which meets it again and reports it. */
	if (err || now.count)
		return 0;
	if (booted_is_uki(root))
		return edits_refuse(edits, -ENOENT,
				    bootloader_uki_by_hand.advice, words);
	return edits_refuse(edits, -ENOENT,
			    "grubby --info=ALL lists no entry: put %s on the "
			    "kernel's command line yourself",
			    words);
}

static bool grubby_is_here(const struct root *root)
{
	return root_exists(root, "usr/sbin/grubby") ||
	       root_exists(root, "usr/bin/grubby");
}

const struct bootloader bootloader_grubby = {
	.name = "grubby",
	.command = "grubby --update-kernel",
	.is_here = grubby_is_here,
	.boots = BOOTED_GRUB,		 /* zipl, too: BOOT_IMAGE=0 */
	.may_boot = BOOTED_SYSTEMD_BOOT, /* as sdubby */
	.precheck = grubby_precheck,
	.commit = grubby_commit,
	.kept = BOOT_ENTRIES_GRUBBY,
	.give_new = grubby_give_new,
	.take_back = grubby_take_back,
};
