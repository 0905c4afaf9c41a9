// SPDX-License-Identifier: GPL-2.0-or-later
/* systemd-boot and others: /etc/kernel/cmdline, and kernel-install. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/cmdline.h"
#include "config/crashkernel.h"
#include "config/shellconf.h"
#include "lib/macros.h"
#include "peers/bootloader.h"
#include "peers/kernel_file.h"
#include "peers/peer_paths.h"
#include "peers/read_back.h"
#include "peers/run.h"

#define SECONDS_LIMIT 300

/* A change of entries counts on s390x after zipl, which this script runs. */
static bool lacks_zipl(const struct root *root)
{
	return bootloader_zipl.is_here(root) &&
	       !root_exists(root, "usr/lib/kernel/install.d/91-zipl.install");
}

static bool kernel_install_is_here(const struct root *root)
{
	return root_exists(root, PATH_KERNEL_CMDLINE) &&
	       root_exists(root, "usr/bin/kernel-install") && !lacks_zipl(root);
}

static void kernel_install_read(const struct root *root,
				struct boot_words *words)
{
	boot_words_add_file(root, PATH_KERNEL_CMDLINE, words);
}

static bool kernel_install_has_lost(const struct root *root)
{
	struct boot_words words = { 0 };

	kernel_install_read(root, &words);
	return words.err || !words.text[0];
}

/* kernel-install joins the lines of kernel/cmdline. */
static void join_lines(char *text)
{
	for (; *text; text++)
		if (*text == '\n')
			*text = ' ';
}

/* What is put behind it would be a part of what is quoted, also for init. */
static bool has_open_quote(const char *cmdline)
{
	bool is_open = false;

	for (; *cmdline; cmdline++)
		is_open ^= *cmdline == '"';
	return is_open;
}

static int kernel_install_edit(const struct root *root, const char *words,
			       struct edits *edits)
{
	char joined[4096], line[sizeof(joined) + BOOT_WORDS_MAX];
	const char *text;
	size_t len;
	int err = edits_text(root, edits, PATH_KERNEL_CMDLINE, &text, &len);

	if (err && err != -ENOENT)
		return err;
	if (err || len >= sizeof(joined))
		return edits_refuse(edits, -EINVAL,
				    "/%s: not there, or too long",
				    PATH_KERNEL_CMDLINE);
	snprintf(joined, sizeof(joined), "%s", text);
	join_lines(joined);
	/* Versions of kernel-install differ in what a comment is. */
	if (strchr(joined, '#') || has_open_quote(joined) ||
	    cmdline_set(joined, "crashkernel", NULL, line,
			sizeof(line) - BOOT_WORDS_MAX - 2))
		return edits_refuse(edits, -EINVAL,
				    "/%s: has a comment or an open quote, or "
				    "is too long: left alone",
				    PATH_KERNEL_CMDLINE);
	snprintf(line + strlen(line), BOOT_WORDS_MAX + 2, " %s\n", words);
	return edits_set_file(root, edits, PATH_KERNEL_CMDLINE, line);
}

/* Set undo's text to joined with its crashkernel= replaced by words. */
static int with_words(struct undo *undo, const char *joined, const char *words)
{
	size_t size = strlen(joined) + strlen(words) + 3;
	char *new = malloc(size);
	int err = new ? cmdline_set(joined, "crashkernel", NULL, new,
				    strlen(joined) + 1)
		      : -ENOMEM;

	if (err) {
		free(new);
		return err;
	}
	snprintf(new + strlen(new), size - strlen(new), "%s%s\n",
		 words[0] ? " " : "", words);
	undo_set(undo, new, strlen(new));
	return 0;
}

/* Restore the old crashkernel=, unless somebody changed ours since. */
static int kernel_install_undo(struct undo *undo)
{
	char was[BOOT_WORDS_MAX], wrote[BOOT_WORDS_MAX], now[BOOT_WORDS_MAX];
	char *joined = strdup(undo->now);
	int err = 0;

	if (!joined)
		return -ENOMEM;
	join_lines(undo->before);
	join_lines(undo->after);
	join_lines(joined);
	if (strlen(joined) == undo->now_len &&
	    !cmdline_crashkernel(undo->after, wrote, sizeof(wrote)) &&
	    !cmdline_crashkernel(joined, now, sizeof(now)) &&
	    streq(wrote, now)) {
		(void)!cmdline_crashkernel(undo->before, was, sizeof(was));
		err = with_words(undo, joined, was);
	}
	free(joined);
	return err;
}

struct installing {
	const struct root *root;
	const char *words; /* to be read back */
	int err;
	unsigned int count;
};

static void install_one(void *arg, const char *release)
{
	struct installing *installing = arg;
	char path[192], kernel[200];
	const char *argv[] = { "kernel-install", "add", release, kernel, NULL };
	int err;

	/* The kernel of this modules folder is no longer installed. */
	if (!kernel_file_find(installing->root, release, path, sizeof(path)))
		return;
	snprintf(kernel, sizeof(kernel), "/%s", path);
	installing->count++;
	err = run_or_say(argv, SECONDS_LIMIT);
	if (err && !installing->err)
		installing->err = err;
}

static void say_addon(const struct root *root, const char *words)
{
	if (!booted_is_uki(root))
		return;
	fputs("kdump-dma: ", stderr);
	fprintf(stderr, bootloader_uki_by_hand.advice, words);
	putc('\n', stderr);
}

/* Entries of this kernel, none of which has the words: it may be the next. */
static void look_back(void *arg, const char *release)
{
	struct installing *installing = arg;
	struct read_back seen = { .words = installing->words,
				  .release = release,
				  .only_images =
					  booted_is_uki(installing->root) };
	char path[192];

	if (!kernel_file_find(installing->root, release, path, sizeof(path)))
		return;
	read_back_entries(installing->root, &seen);
	if (installing->err || !seen.lines)
		return;
	if (seen.having) {
		if (read_back_say_beside(&seen, "kernel-install"))
			installing->err = -EIO;
		return;
	}
	fprintf(stderr,
		"kdump-dma: kernel-install ended well, but the entry of the "
		"kernel %.100s does not have %s: see %s\n",
		release, installing->words, seen.other);
	installing->err = -EIO;
}

/*
 * kernel-install may succeed without making an entry with these words, or make
 * one beside the unified kernel image that boots. What else is among the
 * entries, of other systems or kernels that are gone, does not count.
 */
static int read_back(const struct root *root, const char *words)
{
	struct installing installing = { .root = root, .words = words };
	struct read_back seen = { .words = words,
				  .only_images = booted_is_uki(root) };

	read_back_entries(root, &seen);
	if (seen.having)
		(void)!root_list(root, look_back, &installing,
				 "usr/lib/modules");
	if (seen.having && !installing.err)
		return 0;
	if (!seen.having && seen.lines)
		fprintf(stderr,
			"kdump-dma: kernel-install ended well, but none of %u "
			"boot entries has %s, see %s\n",
			seen.lines, words, seen.other);
	else if (!seen.lines)
		fputs("kdump-dma: kernel-install ended well, but no boot entry "
		      "was found in loader/entries or EFI/Linux below /boot, "
		      "/efi and /boot/efi\n",
		      stderr);
	say_addon(root, words);
	return -EIO;
}

/* Each kernel has an entry of its own; any may be the next to boot. */
static int kernel_install_commit(const struct root *root, const char *words,
				 bool is_unfinished)
{
	struct installing installing = { .root = root };
	int err = root_list(root, install_one, &installing, "usr/lib/modules");

	(void)is_unfinished;
	if (err) {
		fprintf(stderr, "kdump-dma: /usr/lib/modules: %s\n",
			strerror(-err));
		return err;
	}
	if (installing.count == 0) {
		fputs("kdump-dma: no kernel was found for kernel-install\n",
		      stderr);
		return -ENOENT;
	}
	if (!installing.err && words && words[0])
		return read_back(root, words);
	return installing.err;
}

const struct bootloader bootloader_kernel_install = {
	.name = "kernel-install",
	.command = "kernel-install add",
	.is_here = kernel_install_is_here,
	.boots = BOOTED_SYSTEMD_BOOT | BOOTED_STUB,
	/* GRUB reads such entries where a distribution wants it to */
	.may_boot = BOOTED_GRUB,
	.partitions = { "/efi", "/boot/efi" },
	.files = { { .path = PATH_KERNEL_CMDLINE,
		     .undo = kernel_install_undo } },
	.read = kernel_install_read,
	.edit = kernel_install_edit,
	.has_lost = kernel_install_has_lost,
	.commit = kernel_install_commit,
};

/* Proxmox VE boots from copies that its own tool makes of the same file. */
static bool proxmox_is_here(const struct root *root)
{
	return root_exists(root, PATH_KERNEL_CMDLINE) &&
	       root_exists(root, PATH_PROXMOX_UUIDS) &&
	       root_exists(root, "usr/sbin/proxmox-boot-tool");
}

/* Proxmox's tool mounts the partitions only while it runs. */
static int proxmox_commit(const struct root *root, const char *words,
			  bool is_unfinished)
{
	static const char *const argv[] = { "proxmox-boot-tool", "refresh",
					    NULL };
	int err = run_or_say(argv, SECONDS_LIMIT);

	(void)root;
	(void)words;
	(void)is_unfinished;
	return err ? err : COMMIT_UNSEEN;
}

const struct bootloader bootloader_proxmox = {
	.name = "proxmox-boot-tool",
	.command = "proxmox-boot-tool refresh",
	.is_here = proxmox_is_here,
	.boots = BOOTED_SYSTEMD_BOOT,
	.files = { { .path = PATH_KERNEL_CMDLINE,
		     .undo = kernel_install_undo } },
	.read = kernel_install_read,
	.edit = kernel_install_edit,
	.has_lost = kernel_install_has_lost,
	.commit = proxmox_commit,
};
