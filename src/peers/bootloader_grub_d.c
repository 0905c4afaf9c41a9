// SPDX-License-Identifier: GPL-2.0-or-later
/* Debian's GRUB: files below /etc/default/grub.d, and update-grub. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config/config.h"
#include "config/crashkernel.h"
#include "lib/macros.h"
#include "peers/bootloader.h"
#include "peers/grub_words.h"
#include "peers/peer_paths.h"
#include "peers/read_back.h"
#include "peers/run.h"

#define PATH_CFG      "boot/grub/grub.cfg"
#define SECONDS_LIMIT 300
/* A script of update-grub, or a menu of entries. */
#define SCRIPT_BYTES_MAX (256 * 1024)

static void look_for_folder(void *arg, const struct line *line)
{
	*(bool *)arg |= text_contains(line->text, "/default/grub.d/");
}

/*
 * Debian's grub-mkconfig reads the files of the folder, and the original, which
 * Manjaro's and others' update-grub runs, does not.
 */
static bool reads_folder(const struct root *root)
{
	static const char *const paths[] = { "usr/sbin/grub-mkconfig",
					     "usr/bin/grub-mkconfig" };

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		bool found = false;

		if (!root_lines(root, SCRIPT_BYTES_MAX, look_for_folder, &found,
				"%s", paths[i]))
			return found;
	}
	return true;
}

static bool grub_d_is_here(const struct root *root)
{
	if (!root_exists(root, "usr/sbin/update-grub") || !reads_folder(root))
		return false;
	/* Where an image is made, update-grub comes after us. */
	return root_exists(root, PATH_CFG) ||
	       (!root->is_live && !root_exists(root, "proc/cmdline") &&
		root_exists(root, PATH_GRUB));
}

/* Our own file tells, too, if what we remember was lost. */
static bool is_in_our_file(const struct root *root, const char *words)
{
	struct boot_words ours = { 0 };

	boot_words_add_file(root, PATH_GRUB_CFG, &ours);
	return !ours.err && ours.text[0] && streq(ours.text, words);
}

static const char package[] = PATH_GRUB_D "/kdump-tools.cfg";

/* "??5?????? c /etc/default/grub.d/kdump-tools.cfg": another checksum */
static bool has_other_sum(struct text said)
{
	struct text line, word, path;

	while (text_split(&said, '\n', &line))
		if (text_word(&line, &word) && word.len > 2 &&
		    word.at[2] == '5' && text_word(&line, &path) &&
		    text_word(&line, &path) && text_skip(&path, "/") &&
		    text_equal(path, package))
			return true;
	return false;
}

/*
 * dpkg knows the checksum of the file as it was shipped. Ubuntu's package
 * changes its own file, to values that are listed.
 */
static void grub_d_ask(const struct root *root, const struct config *config,
		       char words[static ASKED_WORDS_MAX])
{
	static const char *const argv[] = { "dpkg", "--verify", "kdump-tools",
					    NULL };
	struct boot_words of_package = { 0 };
	char said[8192];

	words[0] = '\0';
	boot_words_add_file(root, package, &of_package);
	if (of_package.err || !of_package.text[0] ||
	    config_lists_default(config, text_of(of_package.text)) ||
	    !run_is_there("dpkg") ||
	    run_try(argv, 20, said, sizeof(said)) < 0 ||
	    !has_other_sum(text_of(said)))
		return;
	snprintf(words, ASKED_WORDS_MAX, CHANGED_BY_HAND "%.400s",
		 of_package.text);
}

static bool is_changed_by_hand(const struct root *root, const char *words)
{
	static struct asked asked;
	char changed[ASKED_WORDS_MAX];

	snprintf(changed, sizeof(changed), CHANGED_BY_HAND "%.400s", words);
	asked_load(root, &asked);
	return asked_find(&asked, bootloader_grub_d.name, changed);
}

struct search {
	const struct root *root;
	const char *words;
	bool found;
};

static void search_line(void *arg, const struct line *line)
{
	struct search *search = arg;

	if (!text_starts(text_trim(line->text), "#"))
		search->found |=
			line->cut || text_contains(line->text, search->words);
}

/* A file that cannot be read may have them. */
static void search_one(struct search *search, const char *path)
{
	int err = root_lines(search->root, SCRIPT_BYTES_MAX, search_line,
			     search, "%s", path);

	search->found |= err && err != -ENOENT;
}

static void search_script(void *arg, const char *name)
{
	char path[300];

	snprintf(path, sizeof(path), PATH_GRUB_SCRIPTS "/%s", name);
	search_one(arg, path);
}

/* A menu entry that somebody wrote, as a script of update-grub or beside it. */
static bool is_in_own_entry(const struct root *root, const char *words)
{
	struct search search = { root, words, false };
	int err = root_list(root, search_script, &search, PATH_GRUB_SCRIPTS);

	search_one(&search, PATH_GRUB_CUSTOM);
	return search.found || (err && err != -ENOENT);
}

/*
 * Our file is there, with other words, and no file has these: update-grub takes
 * them out of grub.cfg. An older entry or a newer grub.cfg has them, or
 * somebody typed them at the boot menu.
 */
static bool is_stray(const struct root *root, const char *words)
{
	struct boot_words ours = { 0 }, others = { 0 };

	boot_words_add_file(root, PATH_GRUB_CFG, &ours);
	grub_words_read(root, &others);
	return !ours.err && ours.text[0] && !others.err &&
	       !strstr(others.text, words) && !strstr(others.replaced, words) &&
	       !is_in_own_entry(root, words);
}

/*
 * Look at kdump-tools' own file in the folder. The package has always written
 * ranges to it, so a person wrote a plain size.
 */
static bool grub_d_whose(const struct root *root, const char *words,
			 struct whose *out)
{
	struct boot_words of_package = { 0 };
	struct text text = text_of(words);
	struct crashkernel value;

	if (is_in_our_file(root, words)) {
		owner_because(out, OWNER_OURS,
			      "it stands in a file that only kdump-dma writes, "
			      "/" PATH_GRUB_CFG);
		return true;
	}
	if (is_stray(root, words)) {
		owner_because(out, OWNER_OURS,
			      "no file has it from which update-grub makes "
			      "grub.cfg, and kdump-dma's has another one");
		out->is_stray = true;
		return true;
	}
	boot_words_add_file(root, package, &of_package);
	if (of_package.err || !streq(of_package.text, words))
		return false;
	if (is_changed_by_hand(root, words))
		owner_because(out, OWNER_ADMINISTRATOR,
			      "somebody changed the package's own file, /%s",
			      package);
	else if (text_skip(&text, "crashkernel=") &&
		 !crashkernel_parse(text, &value) &&
		 value.kind == CRASHKERNEL_RANGES)
		owner_because(out, OWNER_DISTRIBUTION,
			      "it stands in the package's own file, /%s",
			      package);
	else
		owner_because(out, OWNER_ADMINISTRATOR,
			      "somebody wrote it into /%s: the package writes "
			      "ranges",
			      package);
	return true;
}

/*
 * grub-mkconfig sources our file after kdump-tools' one. Our file removes the
 * crashkernel= of others before it adds ours: a plain crashkernel= beats one
 * with ,high wherever it stands.
 */
static int grub_d_edit(const struct root *root, const char *words,
		       struct edits *edits)
{
	static const char format[] =
		"# Written by kdump-dma apply, removed by kdump-dma revert.\n"
		"# What files before this one say about crashkernel= is taken\n"
		"# out, so that this one counts.\n"
		"GRUB_CMDLINE_LINUX=$(printf '%%s' \"$GRUB_CMDLINE_LINUX\" |\n"
		"\tsed -E "
		"'s/(^|[[:blank:]])crashkernel=[^[:blank:]]*//g')\n"
		"GRUB_CMDLINE_LINUX_DEFAULT=$(printf '%%s' "
		"\"$GRUB_CMDLINE_LINUX_DEFAULT\" |\n"
		"\tsed -E "
		"'s/(^|[[:blank:]])crashkernel=[^[:blank:]]*//g')\n"
		"GRUB_CMDLINE_LINUX_DEFAULT="
		"\"$GRUB_CMDLINE_LINUX_DEFAULT %s\"\n";
	char content[sizeof(format) + BOOT_WORDS_MAX];

	snprintf(content, sizeof(content), format, words);
	return edits_set_file(root, edits, PATH_GRUB_CFG, content);
}

static bool grub_d_has_lost(const struct root *root)
{
	struct boot_words ours = { 0 };

	boot_words_add_file(root, PATH_GRUB_CFG, &ours);
	return ours.err || !ours.text[0];
}

struct later {
	char names[160];
};

static void find_later(void *arg, const char *name)
{
	struct later *later = arg;
	size_t have = strlen(later->names);

	if (text_ends(name, ".cfg") &&
	    strcmp(name, strrchr(PATH_GRUB_CFG, '/') + 1) > 0)
		snprintf(later->names + have, sizeof(later->names) - have,
			 " %.100s", name);
}

/* Check grub.cfg: update-grub may succeed without putting the words there. */
static int read_back(const struct root *root, const char *words)
{
	struct read_back seen = { .words = words };
	struct later later = { "" };
	int err = read_back_grub_cfg(root, PATH_CFG, &seen);

	if (err) {
		fprintf(stderr, "kdump-dma: /" PATH_CFG ": %s\n",
			strerror(-err));
		return err;
	}
	if (seen.having)
		return 0;
	(void)!root_list(root, find_later, &later, PATH_GRUB_D);
	fprintf(stderr,
		"kdump-dma: update-grub ended well, but none of the %u entries "
		"of /" PATH_CFG " has %s%s%s\n",
		seen.lines, words,
		later.names[0] ? "; sourced after /" PATH_GRUB_CFG ":" : "",
		later.names);
	return -EIO;
}

static int grub_d_commit(const struct root *root, const char *words,
			 bool is_unfinished)
{
	static const char *const argv[] = { "update-grub", NULL };
	static const char *const refresh[] = { "proxmox-boot-tool", "refresh",
					       NULL };
	int err = run_or_say(argv, SECONDS_LIMIT);

	(void)is_unfinished;
	if (!err && words && words[0])
		err = read_back(root, words);
	/* Proxmox boots from copies on several EFI system partitions. */
	if (!err && root_exists(root, PATH_PROXMOX_UUIDS))
		err = run_or_say(refresh, SECONDS_LIMIT);
	return err;
}

const struct bootloader bootloader_grub_d = {
	.name = "update-grub",
	.command = "update-grub",
	.is_here = grub_d_is_here,
	.boots = BOOTED_GRUB,
	.files = { { .path = PATH_GRUB_CFG, .is_all_ours = true } },
	.read = grub_words_read,
	.whose = grub_d_whose,
	.ask = grub_d_ask,
	.edit = grub_d_edit,
	.has_lost = grub_d_has_lost,
	.commit = grub_d_commit,
};
