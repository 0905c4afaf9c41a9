// SPDX-License-Identifier: GPL-2.0-or-later
#include "bootargs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crashkernel.h"
#include "replace.h"
#include "run.h"
#include "saved.h"
#include "state.h"

#define ENTRIES_MAX   32
#define INFO_MAX      (128 * 1024)
#define SECONDS_LIMIT 120
#define KEPT_GRUBBY   "grubby.before"
#define KEPT_OSTREE   "ostree.before"
#define KEPT_OURS     "ours" /* a kernel's name begins with a slash */
#define OURS_MAX      16
#define WORDS_MAX     sizeof(((struct grubby_entry *)0)->words)

/* key="value" of one line; the quotes are grubby's */
static bool quoted(struct text line, const char *key, struct text *value)
{
	if (!text_skip(&line, key) || !text_skip(&line, "=\"") ||
	    line.len == 0 || line.at[line.len - 1] != '"')
		return false;
	*value = (struct text){ line.at, line.len - 1 };
	return true;
}

static int add_words(struct text args, struct grubby_entry *entry)
{
	char cmdline[4096];
	int err;

	if (args.len >= sizeof(cmdline))
		return -EINVAL;
	text_copy(args, cmdline, sizeof(cmdline));
	err = crashkernel_words(cmdline, entry->words, sizeof(entry->words));
	return err == -ENOENT ? 0 : err;
}

/* index=N comes first; an entry that is not of Linux has nothing else. */
static int begin_entry(struct text index, struct text kernel,
		       struct grubby_entry *entry)
{
	if (index.len >= sizeof(entry->index) ||
	    kernel.len >= sizeof(entry->kernel))
		return -EINVAL;
	memset(entry, 0, sizeof(*entry));
	text_copy(index, entry->index, sizeof(entry->index));
	text_copy(kernel, entry->kernel, sizeof(entry->kernel));
	return 0;
}

int grubby_parse(const char *info, struct grubby_entry *entries, size_t max)
{
	struct text rest = text_of(info), line, value, index = { 0 };
	size_t count = 0;

	while (text_split(&rest, '\n', &line)) {
		if (text_skip(&line, "index=")) {
			index = line;
		} else if (quoted(line, "kernel", &value)) {
			if (count == max)
				return -E2BIG;
			if (begin_entry(index, value, &entries[count++]))
				return -EINVAL;
			index.len = 0;
		} else if (quoted(line, "args", &value)) {
			if (count == 0 || add_words(value, &entries[count - 1]))
				return -EINVAL;
		} else if (count && quoted(line, "id", &value) &&
			   value.len < sizeof(entries->id)) {
			text_copy(value, entries[count - 1].id,
				  sizeof(entries->id));
		}
	}
	return (int)count;
}

static int read_entries(struct grubby_entry *entries)
{
	static const char *const argv[] = { "grubby", "--info=ALL", NULL };
	static char info[INFO_MAX];
	int err = run_read(argv, SECONDS_LIMIT, info, sizeof(info));

	int count;

	if (err)
		return run_failed("grubby --info=ALL", err);
	count = grubby_parse(info, entries, ENTRIES_MAX);
	if (count == -E2BIG)
		fprintf(stderr,
			"kdump-dma: grubby --info=ALL: more than %d entries\n",
			ENTRIES_MAX);
	else if (count < 0)
		fputs("kdump-dma: grubby --info=ALL: not understood, or an "
		      "entry is too long\n",
		      stderr);
	return count;
}

static int set_entry(const struct grubby_entry *entry, const char *words)
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
	err = run(remove, SECONDS_LIMIT);
	if (!err && words[0])
		err = run(add, SECONDS_LIMIT);
	return err ? run_failed(what, err) : 0;
}

/*
 * What entries had before us and, in the lines "ours", what we ever gave them:
 * anything else was set by somebody since.
 */
struct kept {
	struct grubby_entry entries[ENTRIES_MAX];
	size_t count;
	char ours[OURS_MAX][WORDS_MAX];
	size_t ours_count;
};

/* An entry is kept by its id; by its kernel where grubby tells none. */
static const char *name_of(const struct grubby_entry *entry)
{
	return entry->id[0] && !strpbrk(entry->id, " \t") ? entry->id
							  : entry->kernel;
}

/* Earlier versions kept it by its kernel. */
static bool is_same(const struct grubby_entry *kept,
		    const struct grubby_entry *now)
{
	return !strcmp(name_of(kept), name_of(now)) ||
	       !strcmp(name_of(kept), now->kernel);
}

static const struct grubby_entry *find(const struct kept *kept,
				       const struct grubby_entry *other)
{
	for (size_t i = 0; i < kept->count; i++)
		if (is_same(&kept->entries[i], other))
			return &kept->entries[i];
	return NULL;
}

static void print_kept(FILE *to, const void *arg)
{
	const struct kept *kept = arg;

	for (size_t i = 0; i < kept->count; i++)
		fprintf(to, "%s %s\n", name_of(&kept->entries[i]),
			kept->entries[i].words);
	for (size_t i = 0; i < kept->ours_count; i++)
		fprintf(to, KEPT_OURS " %s\n", kept->ours[i]);
}

static bool is_ours(const struct kept *kept, const char *words)
{
	for (size_t i = 0; i < kept->ours_count; i++)
		if (!strcmp(kept->ours[i], words))
			return true;
	return false;
}

/* Did an entry have these before us? */
static bool was_there(const struct kept *kept, const char *words)
{
	for (size_t i = 0; i < kept->count; i++)
		if (!strcmp(kept->entries[i].words, words))
			return true;
	return false;
}

/* The oldest goes when there are too many. */
static void add_ours(struct kept *kept, struct text words)
{
	if (kept->ours_count == OURS_MAX)
		memmove(kept->ours, kept->ours + 1,
			--kept->ours_count * sizeof(*kept->ours));
	text_copy(words, kept->ours[kept->ours_count++], WORDS_MAX);
}

static void kept_line(void *arg, const struct line *line)
{
	struct kept *kept = arg;
	struct text rest = line->text, kernel;
	struct grubby_entry *entry;

	if (!text_word(&rest, &kernel) || rest.len >= WORDS_MAX)
		return;
	if (text_equal(kernel, KEPT_OURS)) {
		add_ours(kept, text_trim(rest));
		return;
	}
	if (kept->count == ENTRIES_MAX || kernel.len >= sizeof(entry->kernel))
		return;
	entry = &kept->entries[kept->count++];
	/* or its id, which begins with no slash */
	text_copy(kernel, entry->kernel, sizeof(entry->kernel));
	text_copy(text_trim(rest), entry->words, sizeof(entry->words));
}

/* -ENOENT: nothing was kept */
static int read_kept(const struct root *root, const char *name,
		     struct kept *kept)
{
	memset(kept, 0, sizeof(*kept));
	return root_lines(root, INFO_MAX, kept_line, kept, "%s/%s", SAVED_DIR,
			  name);
}

/* ours: what "applied" says, which earlier versions did not keep here. */
static int read_kept_and(const struct root *root, const char *name,
			 const char *ours, struct kept *kept)
{
	int err = read_kept(root, name, kept);

	if (!err && ours[0])
		add_ours(kept, text_of(ours));
	return err;
}

static int say_not_kept(const char *name, int err)
{
	fprintf(stderr, "kdump-dma: /%s/%s: %s\n", SAVED_DIR, name,
		strerror(-err));
	return err;
}

static int write_kept(const struct root *root, const char *name,
		      const struct kept *kept)
{
	int err = state_write(root, SAVED_DIR, name, print_kept, kept);

	return err ? say_not_kept(name, err) : 0;
}

static void drop_gone(struct kept *kept, const struct kept *now)
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

/* What was there before us is kept once; the words, each time. */
static int keep(const struct root *root, const char *name,
		const struct kept *now, const char *words, struct kept *kept)
{
	int err = read_kept(root, name, kept);

	if (err == -ENOENT) {
		*kept = *now;
		err = folder_make(root, SAVED_DIR, 0700);
	} else if (!err && is_ours(kept, words)) {
		return 0;
	}
	if (!err)
		add_ours(kept, text_of(words));
	return err ? say_not_kept(name, err) : write_kept(root, name, kept);
}

/*
 * Entries that came since and have our words now are known from here on. They
 * get back what the first had. The first of all stays for that.
 */
static int keep_new(const struct root *root, const struct kept *now,
		    struct kept *kept)
{
	bool changed = false;

	for (size_t i = 0; i < now->count; i++) {
		const struct grubby_entry *entry = &now->entries[i];
		struct grubby_entry *new;

		if (!kept->count || find(kept, entry) ||
		    !is_ours(kept, entry->words))
			continue;
		if (!changed)
			drop_gone(kept, now);
		changed = true;
		if (kept->count == ENTRIES_MAX)
			break;
		new = &kept->entries[kept->count++];
		*new = *entry;
		memcpy(new->words, kept->entries[0].words, sizeof(new->words));
	}
	return changed ? write_kept(root, KEPT_GRUBBY, kept) : 0;
}

/* A kill between the two commands of set_entry() leaves none. */
static bool is_set_since(const struct kept *kept,
			 const struct grubby_entry *now)
{
	return now->words[0] && !is_ours(kept, now->words) &&
	       !was_there(kept, now->words);
}

static void say_left(const struct grubby_entry *now)
{
	printf("left %s with \"%s\", which was set since\n", name_of(now),
	       now->words);
}

static int set_entries(const struct kept *kept, const struct kept *now,
		       const char *words, bool is_rest)
{
	int err = 0;

	for (size_t i = 0; !err && i < now->count; i++) {
		const struct grubby_entry *entry = &now->entries[i];

		if (is_rest && is_set_since(kept, entry))
			say_left(entry);
		else if (strcmp(entry->words, words))
			err = set_entry(entry, words);
	}
	return err;
}

/* On s390x the boot record has a copy of the entries. kdumpctl does the same.
 */
static int run_zipl(const struct root *root)
{
	static const char *const argv[] = { "zipl", NULL };
	int err = root_exists(root, "etc/zipl.conf") ? run(argv, SECONDS_LIMIT)
						     : 0;

	return err ? run_failed("zipl", err) : 0;
}

int grubby_set(const struct root *root, const char *words, bool is_rest)
{
	static struct kept now, kept;
	int count = read_entries(now.entries);
	int err;

	if (count < 0)
		return count;
	now.count = (size_t)count;
	err = keep(root, KEPT_GRUBBY, &now, words, &kept);
	if (!err)
		err = set_entries(&kept, &now, words, is_rest);
	if (!err)
		err = run_zipl(root);
	if (err)
		return err;
	count = read_entries(now.entries);
	for (int i = 0; i < count; i++)
		if (strcmp(now.entries[i].words, words) &&
		    !(is_rest && is_set_since(&kept, &now.entries[i]))) {
			fprintf(stderr,
				"kdump-dma: grubby left %s with \"%s\"\n",
				name_of(&now.entries[i]), now.entries[i].words);
			return -EIO;
		}
	if (count < 0)
		return count;
	now.count = (size_t)count;
	return keep_new(root, &now, &kept);
}

/* Nobody chose what it has: it came with its kernel. */
static bool is_new(const struct kept *kept, const struct grubby_entry *now)
{
	return !find(kept, now) && !is_ours(kept, now->words) &&
	       !is_set_since(kept, now);
}

int grubby_set_new(const struct root *root, const char *words)
{
	static struct kept now, kept;
	bool changed = false;
	int count, err = read_kept(root, KEPT_GRUBBY, &kept);

	if (err)
		return err == -ENOENT ? 0 : say_not_kept(KEPT_GRUBBY, err);
	count = read_entries(now.entries);
	if (count < 0)
		return count;
	now.count = (size_t)count;
	for (size_t i = 0; !err && i < now.count; i++) {
		struct grubby_entry *entry = &now.entries[i];

		if (!is_new(&kept, entry))
			continue;
		err = set_entry(entry, words);
		snprintf(entry->words, sizeof(entry->words), "%s", words);
		printf("set %s, which came since\n", name_of(entry));
		changed = true;
	}
	if (!err && changed)
		err = run_zipl(root);
	return err ? err : keep_new(root, &now, &kept);
}

/*
 * NULL: not ours, and left alone. A kernel that came since has our words from
 * the one it was installed under.
 */
static const char *words_before(const struct kept *kept,
				const struct grubby_entry *now, bool was_cut)
{
	bool half_done = was_cut && !now->words[0];
	const struct grubby_entry *entry;

	if (!half_done && !is_ours(kept, now->words))
		return NULL;
	entry = find(kept, now);
	return entry ? entry->words : kept->entries[0].words;
}

int grubby_revert(const struct root *root, const char *ours, bool was_cut)
{
	static struct kept kept, now;
	int count, err;

	err = read_kept_and(root, KEPT_GRUBBY, ours, &kept);
	if (err)
		return err == -ENOENT ? 0 : err;
	count = read_entries(now.entries);
	if (count < 0)
		return count;
	/* Entries that are kept and not there any more: kernels go. */
	for (int i = 0; !err && kept.count && i < count; i++) {
		const struct grubby_entry *entry = &now.entries[i];
		const char *words = words_before(&kept, entry, was_cut);

		if (words && strcmp(entry->words, words))
			err = set_entry(entry, words);
		else if (!words && is_set_since(&kept, entry))
			say_left(entry);
	}
	if (!err)
		err = run_zipl(root);
	return err ? err : file_remove(root, SAVED_DIR "/" KEPT_GRUBBY);
}

#define KARGS_MAX 16

/* The crashkernel= words of the deployment that boots next. */
static int ostree_words(char *words, size_t size)
{
	static const char *const argv[] = { "rpm-ostree", "kargs", NULL };
	static char args[4096];
	int err = run_read(argv, SECONDS_LIMIT, args, sizeof(args));

	if (err)
		return run_failed("rpm-ostree kargs", err);
	args[strcspn(args, "\n")] = '\0';
	err = crashkernel_words(args, words, size);
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

/* The option for each of the words that is not one of the others. */
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

/* One call: each makes a deployment. */
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
	err = run(kargs.argv, SECONDS_LIMIT);
	return err ? run_failed("rpm-ostree kargs", err) : 0;
}

int ostree_set(const struct root *root, const char *words, bool is_rest)
{
	static struct kept now, kept;
	struct grubby_entry *entry = &now.entries[0];
	int err;

	memset(&now, 0, sizeof(now));
	now.count = 1;
	snprintf(entry->kernel, sizeof(entry->kernel), "ostree");
	err = ostree_words(entry->words, sizeof(entry->words));
	if (!err)
		err = keep(root, KEPT_OSTREE, &now, words, &kept);
	if (err)
		return err;
	if (is_rest && is_set_since(&kept, entry)) {
		say_left(entry);
		return 0;
	}
	err = ostree_change(entry->words, words);
	if (!err)
		err = ostree_words(entry->words, sizeof(entry->words));
	if (!err && strcmp(entry->words, words)) {
		fprintf(stderr, "kdump-dma: rpm-ostree left \"%s\"\n",
			entry->words);
		err = -EIO;
	}
	return err;
}

int ostree_revert(const struct root *root, const char *ours)
{
	static struct kept kept;
	char now[WORDS_MAX];
	int err = read_kept_and(root, KEPT_OSTREE, ours, &kept);

	if (err)
		return err == -ENOENT ? 0 : err;
	err = ostree_words(now, sizeof(now));
	/* An administrator's own words, given since, stay. */
	if (!err && kept.count && is_ours(&kept, now))
		err = ostree_change(now, kept.entries[0].words);
	return err ? err : file_remove(root, SAVED_DIR "/" KEPT_OSTREE);
}

void bootargs_describe(FILE *to, const char *prefix, const struct root *root)
{
	if (root_exists(root, SAVED_DIR "/" KEPT_GRUBBY))
		fprintf(to, "%sgrubby --update-kernel\n", prefix);
	if (root_exists(root, SAVED_DIR "/" KEPT_OSTREE))
		fprintf(to, "%srpm-ostree kargs\n", prefix);
}
