// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-utils of Fedora and RHEL: kdump.conf, sysconfig/kdump, kdumpctl. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/crashkernel.h"
#include "config/kdumpconf.h"
#include "config/shellconf.h"
#include "lib/macros.h"
#include "peers/backend.h"
#include "peers/run.h"
#include "peers/sysconfig.h"
#include "state/saved.h"

/* The default is yes. */
static bool says_no(struct text line)
{
	struct text key, value, word;

	return kdumpconf_pair(line, &key, &value) && text_word(&value, &word) &&
	       text_equal(word, "no");
}

static void auto_reset_line(void *arg, const struct line *line)
{
	struct text key, value;

	if (kdumpconf_pair(line->text, &key, &value) &&
	    text_equal(key, KEY_AUTO_RESET))
		*(bool *)arg = !says_no(line->text);
}

/* True if apply wrote that option, so that it says nothing about people. */
static bool auto_reset_is_ours(const struct root *root)
{
	char *before;
	size_t len;
	bool was_no;

	if (saved_get(root, PATH_KDUMP_CONF, "before", &before, &len))
		return false;
	was_no = says_no(kdumpconf_line(before, len, KEY_AUTO_RESET));
	free(before);
	return !was_no;
}

static bool is_kept_by_people(const struct root *root)
{
	bool auto_reset = true;

	return !root_lines(root, SHELLCONF_FILE_MAX, auto_reset_line,
			   &auto_reset, PATH_KDUMP_CONF) &&
	       !auto_reset && !auto_reset_is_ours(root);
}

/* Defaults that kdump-utils and kexec-tools of RHEL 8 on have written. */
static const char *const defaults[] = {
	/* x86_64, s390x */
	"2G-64G:256M,64G-:512M",
	"1G-2G:192M,2G-64G:256M,64G-:512M",
	"1G-4G:192M,4G-64G:256M,64G-:512M",
	"1G-64G:256M,64G-:512M",
	"1G-4G:160M,4G-64G:192M,64G-1T:256M,1T-:512M",
	/* Oracle Linux */
	"1G-64G:448M,64G-:512M",
	/* Alibaba Cloud Linux */
	"0M-2G:0M,2G-8G:192M,8G-:256M",
	"0M-2G:0M,2G-8G:192M,8G-128G:256M,128G-376G:384M,376G-:448M",
	/* Azure Linux 3 */
	"512M-32G:256M,32G-:512M",
	/* TencentOS */
	"512M-12G:128M,12G-64G:256M,64G-128G:512M,128G-:768M",
	/* aarch64 */
	"2G-4G:256M,4G-64G:320M,64G-:576M",
	"1G-4G:256M,4G-64G:320M,64G-:576M",
	"2G-:448M",
	/* ppc64le */
	"2G-4G:384M,4G-16G:512M,16G-64G:1G,64G-128G:2G,128G-:4G",
};

/* It adds the same to each size: for SME, a driver, 64 KiB pages, each CPU. */
#define ADDED_MAX ((uint64_t)1280 << 20)

static bool is_variant(const struct crashkernel *value,
		       const struct crashkernel *of)
{
	uint64_t added;

	if (value->kind != CRASHKERNEL_RANGES || value->have_offset ||
	    value->ranges_count != of->ranges_count ||
	    value->ranges[0].size_bytes < of->ranges[0].size_bytes)
		return false;
	added = value->ranges[0].size_bytes - of->ranges[0].size_bytes;
	for (size_t i = 0; i < value->ranges_count; i++)
		if (value->ranges[i].start_bytes != of->ranges[i].start_bytes ||
		    value->ranges[i].end_bytes != of->ranges[i].end_bytes ||
		    value->ranges[i].size_bytes !=
			    of->ranges[i].size_bytes + added)
			return false;
	return added <= ADDED_MAX;
}

static bool is_default(const char *words)
{
	struct text text = text_of(words);
	struct crashkernel value, of;

	if (!text_skip(&text, "crashkernel=") ||
	    crashkernel_parse(text, &value))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(defaults); i++)
		if (!crashkernel_parse(text_of(defaults[i]), &of) &&
		    is_variant(&value, &of))
			return true;
	return false;
}

static bool kdumpctl_whose(const struct root *root, const struct asked *asked,
			   const struct ours *ours, const char *words,
			   struct whose *out)
{
	const struct asked_default *answer =
		asked_find(asked, "kdumpctl", words);

	(void)ours;
	if (is_kept_by_people(root))
		owner_because(out, OWNER_ADMINISTRATOR,
			      "/" PATH_KDUMP_CONF " says " KEY_AUTO_RESET
			      " no");
	else if (answer)
		owner_because(out, OWNER_DISTRIBUTION,
			      "kdumpctl said at %s that it is its default",
			      answer->when);
	else if (is_default(words))
		owner_because(out, OWNER_DISTRIBUTION,
			      "it is a default of kdump-utils, which may reset "
			      "it (" KEY_AUTO_RESET ")");
	else
		return false;
	return true;
}

static void kdumpctl_ask(char words[static ASKED_WORDS_MAX])
{
	static const char *const argv[] = { "kdumpctl",
					    "get-default-crashkernel", NULL };
	char answer[ASKED_WORDS_MAX - sizeof("crashkernel=")];
	struct crashkernel value;

	words[0] = '\0';
	if (run_read(argv, 20, answer, sizeof(answer)))
		return;
	answer[strcspn(answer, "\n")] = '\0';
	if (!crashkernel_parse(text_of(answer), &value))
		snprintf(words, ASKED_WORDS_MAX, "crashkernel=%s", answer);
}

/*
 * kdump-utils resets crashkernel= through grubby and rpm-ostree, never
 * elsewhere. An option that stands there twice is an error to kdumpctl, so a
 * line of that name is replaced.
 */
static int kdumpctl_edit_crashkernel(const struct root *root,
				     const struct bootloader *bootloader,
				     struct edits *edits)
{
	const char *text;
	char *new;
	size_t len;
	int err;

	if (bootloader != &bootloader_grubby &&
	    bootloader != &bootloader_ostree)
		return 0;
	err = edits_text(root, edits, PATH_KDUMP_CONF, &text, &len);
	if (err)
		return err;
	new = kdumpconf_with(text, len, KEY_AUTO_RESET,
			     text_of(KEY_AUTO_RESET " no"), &len);
	if (!new)
		return edits_refuse(edits, -ENOMEM, "/%s: %s", PATH_KDUMP_CONF,
				    strerror(ENOMEM));
	err = edits_set_file(root, edits, PATH_KDUMP_CONF, new);
	free(new);
	return err;
}

/* kdump.conf: its one option, unless somebody set it since. */
static int undo_conf(struct undo *undo)
{
	struct text now =
		kdumpconf_line(undo->now, undo->now_len, KEY_AUTO_RESET);
	size_t len;
	char *new;

	if (!text_equal(now, KEY_AUTO_RESET " no"))
		return 0;
	new = kdumpconf_with(
		undo->now, undo->now_len, KEY_AUTO_RESET,
		kdumpconf_line(undo->before, undo->before_len, KEY_AUTO_RESET),
		&len);
	if (!new)
		return -ENOMEM;
	undo_set(undo, new, len);
	return 0;
}

/* kdump.conf: "path DIR"; the last one counts. */
static void path_line(void *arg, const struct line *line)
{
	struct text key, value;
	char *path = arg;

	if (!kdumpconf_pair(line->text, &key, &value) ||
	    !text_equal(key, "path") || !value.len)
		return;
	path[0] = '\0';
	if (value.len < CAPTURE_FOLDER_MAX)
		text_copy(value, path, CAPTURE_FOLDER_MAX);
}

static bool kdumpctl_folder(const struct root *root,
			    const struct config *config, char *value,
			    size_t size)
{
	int err;

	(void)config;
	snprintf(value, size, "%s", BACKEND_FOLDER);
	err = root_lines(root, SHELLCONF_FILE_MAX, path_line, value,
			 PATH_KDUMP_CONF);
	return !err || err == -ENOENT;
}

struct target_search {
	char *value;
	size_t size;
	bool here;
};

/*
 * "ext4 UUID=...": mkdumprd takes path as one in that file system, and mounts
 * all of it.
 */
static void target_line(void *arg, const struct line *line)
{
	struct target_search *search = arg;
	struct text key, value;

	if (!kdumpconf_pair(line->text, &key, &value) ||
	    !kdumpconf_is_elsewhere(key, value))
		return;
	if (kdumpconf_is_disk(key) && value.len && value.len < search->size &&
	    text_only(value, "/._-+@:,=%"))
		text_copy(value, search->value, search->size);
	else
		search->here = false;
}

static bool kdumpctl_target(const struct root *root,
			    const struct config *config, char *value,
			    size_t size)
{
	struct target_search search = { value, size, true };

	(void)config;
	snprintf(value, size, "auto");
	return !root_lines(root, SHELLCONF_FILE_MAX, target_line, &search,
			   PATH_KDUMP_CONF) &&
	       search.here;
}

const struct backend backend_kdumpctl = {
	.name = "kdumpctl",
	.programs = { "usr/bin/kdumpctl" },
	.unit = "kdump.service",
	.initramfs = { "boot/initramfs-%skdump.img",
		       "var/lib/kdump/initramfs-%skdump.img" },
	.files = { { .path = PATH_SYSCONFIG, .undo = sysconfig_undo_append },
		   { .path = PATH_KDUMP_CONF, .undo = undo_conf } },
	.read_append = sysconfig_read_append,
	.edit_pool = sysconfig_edit_pool,
	.line = { PATH_SYSCONFIG, "KDUMP_COMMANDLINE" },
	.remove_key = "KDUMP_COMMANDLINE_REMOVE",
	.whose = kdumpctl_whose,
	.ask = kdumpctl_ask,
	.edit_crashkernel = kdumpctl_edit_crashkernel,
	.folder = kdumpctl_folder,
	.folder_key = "path in /" PATH_KDUMP_CONF,
	.target = kdumpctl_target,
	/*
	 * restart builds the image anew if kdump.conf is younger, which apply
	 * may just have changed; killed in the middle of that it leaves nothing
	 * loaded. reload takes the image that is there; nothing in it depends
	 * on the option that apply sets.
	 */
	.reload = { "kdumpctl", "reload" },
	.lock = "run/lock/kdump",
};
