// SPDX-License-Identifier: GPL-2.0-or-later
/* rpm-ostree holds the kernel arguments of deployments. */
#include "peers/bootloader_ostree.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config/cmdline.h"
#include "config/crashkernel.h"
#include "lib/macros.h"
#include "peers/bootloader.h"
#include "peers/run.h"
#include "state/boot_entries.h"
#include "state/file.h"
#include "state/saved.h"

#define SECONDS_LIMIT 120

/* The crashkernel= words of the deployment that boots next. */
static int ostree_words(char *words, size_t size)
{
	static const char *const argv[] = { "rpm-ostree", "kargs", NULL };
	static char args[4096];
	int err = run_read(argv, SECONDS_LIMIT, args, sizeof(args));

	if (err)
		return run_failed("rpm-ostree kargs", err);
	args[strcspn(args, "\n")] = '\0';
	err = cmdline_crashkernel(args, words, size);
	return err == -ENOENT ? 0 : err;
}

/* Add option for each of the words. */
static int add_options(struct bootloader_ostree_options *out,
		       const char *option, const char *words)
{
	struct text rest = text_of(words), word;

	while (text_word(&rest, &word)) {
		char *at = out->option[out->count];

		if (out->count == BOOTLOADER_OSTREE_OPTIONS_MAX ||
		    strlen(option) + word.len >= sizeof(out->option[0]))
			return -E2BIG;
		snprintf(at, sizeof(out->option[0]), "%s%.*s", option,
			 (int)word.len, word.at);
		out->count++;
	}
	return 0;
}

/*
 * All old words go and all new ones come: a word that stayed would stand in
 * front of those that are appended, and their order is part of what is read
 * back. rpm-ostree deletes first and appends then; --delete-if-present comes
 * last (its kernel_arg_apply_patching()).
 */
int bootloader_ostree_change(const char *now, const char *words,
			     struct bootloader_ostree_options *out)
{
	int err;

	out->count = 0;
	if (streq(now, words))
		return 0;
	err = add_options(out, "--delete=", now);
	return err ? err : add_options(out, "--append=", words);
}

/* One call for all words, because each call makes a deployment. */
static int ostree_change(const char *now, const char *words)
{
	static struct bootloader_ostree_options options;
	const char *argv[BOOTLOADER_OSTREE_OPTIONS_MAX + 3] = { "rpm-ostree",
								"kargs" };
	int err = bootloader_ostree_change(now, words, &options);

	if (err) {
		fprintf(stderr,
			"kdump-dma: rpm-ostree kargs: too many words: \"%s\"\n",
			now);
		return err;
	}
	if (options.count == 0)
		return 0;
	for (size_t i = 0; i < options.count; i++)
		argv[2 + i] = options.option[i];
	err = run_program(argv, SECONDS_LIMIT);
	return err ? run_failed("rpm-ostree kargs", err) : 0;
}

static int ostree_commit(const struct root *root, const char *words,
			 bool is_unfinished)
{
	static struct boot_entries now, kept;
	struct boot_entry *entry = &now.entries[0];
	int err;

	memset(&now, 0, sizeof(now));
	now.count = 1;
	snprintf(entry->kernel, sizeof(entry->kernel), "ostree");
	err = ostree_words(entry->words, sizeof(entry->words));
	if (!err)
		err = boot_entries_remember(root, BOOT_ENTRIES_OSTREE, &now,
					    words, &kept);
	if (err)
		return err;
	if (is_unfinished && boot_entries_is_foreign(&kept, entry)) {
		boot_entry_say_left(entry);
		return 0;
	}
	err = ostree_change(entry->words, words);
	if (!err)
		err = ostree_words(entry->words, sizeof(entry->words));
	if (!err && !streq(entry->words, words)) {
		fprintf(stderr, "kdump-dma: rpm-ostree left \"%s\"\n",
			entry->words);
		err = -EIO;
	}
	return err;
}

static int ostree_take_back(const struct root *root, const char *ours,
			    bool was_cut)
{
	static struct boot_entries kept;
	char now[BOOT_ENTRIES_WORDS_MAX];
	int err =
		boot_entries_read_with(root, BOOT_ENTRIES_OSTREE, ours, &kept);

	(void)was_cut; /* rpm-ostree changes all of it or nothing */
	if (err)
		return err == -ENOENT ? 0 : err;
	err = ostree_words(now, sizeof(now));
	/* An administrator's own words, given since, stay. */
	if (!err && kept.count && boot_entries_is_ours(&kept, now))
		err = ostree_change(now, kept.entries[0].words);
	return err ? err : file_remove(root, SAVED_DIR "/" BOOT_ENTRIES_OSTREE);
}

static bool ostree_is_here(const struct root *root)
{
	return root_exists(root, "run/ostree-booted") &&
	       root_exists(root, "usr/bin/rpm-ostree");
}

const struct bootloader bootloader_ostree = {
	.name = "rpm-ostree",
	.command = "rpm-ostree kargs",
	.is_here = ostree_is_here,
	.boots = ~0u,
	.commit = ostree_commit,
	.kept = BOOT_ENTRIES_OSTREE,
	.take_back = ostree_take_back,
};
