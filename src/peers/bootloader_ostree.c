// SPDX-License-Identifier: GPL-2.0-or-later
/* rpm-ostree holds the kernel arguments of deployments. */

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
#define KARGS_MAX     16

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

struct kargs {
	const char *argv[KARGS_MAX + 3];
	char args[KARGS_MAX][600];
	size_t count;
};

static bool has_word(const char *words, struct text word)
{
	struct text rest = text_of(words), other;

	while (text_word(&rest, &other))
		if (other.len == word.len &&
		    !memcmp(other.at, word.at, word.len))
			return true;
	return false;
}

/* Add option for each word in words that is not in others. */
static int add_kargs(struct kargs *kargs, const char *option, const char *words,
		     const char *others)
{
	struct text rest = text_of(words), word;

	while (text_word(&rest, &word)) {
		char *arg = kargs->args[kargs->count];

		if (has_word(others, word))
			continue;
		if (kargs->count == KARGS_MAX)
			return -E2BIG;
		snprintf(arg, sizeof(kargs->args[0]), "%s%.*s", option,
			 (int)word.len, word.at);
		kargs->argv[2 + kargs->count++] = arg;
	}
	return 0;
}

/* One call for all words, because each call makes a deployment. */
static int ostree_change(const char *now, const char *words)
{
	static struct kargs kargs;
	int err;

	memset(&kargs, 0, sizeof(kargs));
	kargs.argv[0] = "rpm-ostree";
	kargs.argv[1] = "kargs";
	err = add_kargs(&kargs, "--delete-if-present=", now, words);
	if (!err)
		err = add_kargs(&kargs, "--append=", words, now);
	if (err || kargs.count == 0)
		return err;
	err = run_program(kargs.argv, SECONDS_LIMIT);
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
