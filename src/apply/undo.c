// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/undo.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "config/cmdline.h"
#include "config/kdumpconf.h"
#include "config/shellconf.h"
#include "host/backend.h"
#include "state/replace.h"
#include "state/saved.h"

#define OURS_MARK "# Written by kdump-dma apply"

/* Everything that edits.c may change, and the variables that it sets there. */
static const struct known {
	const char *path;
	const char *keys[2];
	bool all_ours;
} known[] = {
	{ PATH_KDUMP_TOOLS, { KEY_KDUMP_TOOLS, NULL }, false },
	{ PATH_SYSCONFIG, { KEY_SYSCONFIG, KEY_SUSE_SIZE }, false },
	{ PATH_KDUMP_CONF, { NULL, NULL }, false },
	{ PATH_KERNEL_CMDLINE, { NULL, NULL }, false },
	{ PATH_GRUB_CFG, { NULL, NULL }, true },
	{ PATH_NATIVE, { NULL, NULL }, true },
};

static int make_parent(const struct root *root, const char *path)
{
	char folder[128];
	size_t len = (size_t)(strrchr(path, '/') - path);

	snprintf(folder, sizeof(folder), "%.*s", (int)len, path);
	return folder_make(root, folder, 0755);
}

/*
 * What was there before us is kept once. If somebody wrote to the file since,
 * that would take his lines too: from then on only what is ours is undone.
 */
static int keep_before(const struct root *root, const struct edit *edit)
{
	bool is_kept = saved_has(root, edit->path, "before");

	if (!is_kept && !saved_has(root, edit->path, "absent"))
		return saved_put(root, edit->path,
				 edit->old ? "before" : "absent", edit->old,
				 edit->old_len);
	if (!is_kept || !edit->old ||
	    saved_equals(root, edit->path, "before", edit->old,
			 edit->old_len) ||
	    saved_equals(root, edit->path, "after", edit->old, edit->old_len) ||
	    saved_equals(root, edit->path, "next", edit->old, edit->old_len))
		return 0;
	return saved_put(root, edit->path, "mixed", NULL, 0);
}

int undo_write(const struct root *root, const struct edit *edit)
{
	int err = folder_make(root, SAVED_DIR, 0700);

	/* A file that is all ours may be the first in its folder. */
	if (!err && edit->new && !edit->old)
		err = make_parent(root, edit->path);

	if (!err)
		err = keep_before(root, edit);
	if (!err)
		err = saved_put(root, edit->path, "next", edit->new,
				edit->new_len);
	if (!err)
		err = edit->new ? file_replace(root, edit->path, edit->new,
					       edit->new_len)
				: file_remove(root, edit->path);
	if (!err)
		err = saved_put(root, edit->path, "after", edit->new,
				edit->new_len);
	return err ? err : saved_drop(root, edit->path, "next");
}

static int settle_one(const struct root *root, const char *path)
{
	char *buf;
	size_t len;
	int err = file_read(root, path, SHELLCONF_FILE_MAX, &buf, &len);

	if (!err && saved_equals(root, path, "next", buf, len))
		err = saved_put(root, path, "after", buf, len);
	if (!err)
		free(buf);
	/* Not there: it was to be removed, and there is nothing to note. */
	return err && err != -ENOENT ? err : saved_drop(root, path, "next");
}

int undo_settle(const struct root *root)
{
	int err = 0;

	for (size_t i = 0; !err && i < sizeof(known) / sizeof(*known); i++) {
		err = file_clear(root, known[i].path);
		if (!err && saved_has(root, known[i].path, "next"))
			err = settle_one(root, known[i].path);
	}
	return err;
}

/* One variable: back to what it was, unless somebody set it since. */
static int undo_key(const char *key, const char *before, size_t before_len,
		    const char *after, size_t after_len, char **buf,
		    size_t *len)
{
	char was[HOST_APPEND_MAX], wrote[HOST_APPEND_MAX], now[HOST_APPEND_MAX];
	char *new;
	size_t new_len;
	int unset, err;

	unset = shellconf_get(before, before_len, key, was, sizeof(was));
	if (shellconf_get(after, after_len, key, wrote, sizeof(wrote)) ||
	    shellconf_get(*buf, *len, key, now, sizeof(now)) ||
	    strcmp(wrote, now) || (!unset && !strcmp(was, now)))
		return 0;
	err = unset ? shellconf_unset(*buf, *len, key, &new, &new_len)
		    : shellconf_set(*buf, *len, key, was, &new, &new_len);
	if (err)
		return err;
	free(*buf);
	*buf = new;
	*len = new_len;
	return 0;
}

/* kernel-install joins the lines of kernel/cmdline. */
static void join_lines(char *text)
{
	for (; *text; text++)
		if (*text == '\n')
			*text = ' ';
}

/* The words of joined without crashkernel=, and with these instead. */
static int with_words(const char *joined, const char *words, char **buf,
		      size_t *len)
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
	free(*buf);
	*buf = new;
	*len = strlen(new);
	return 0;
}

/* kernel/cmdline: its crashkernel=, unless somebody set another one since. */
static int undo_words(char *before, char *after, char **buf, size_t *len)
{
	char was[HOST_WORDS_MAX], wrote[HOST_WORDS_MAX], now[HOST_WORDS_MAX];
	char *joined = strdup(*buf);
	int err = 0;

	if (!joined)
		return -ENOMEM;
	join_lines(before);
	join_lines(after);
	join_lines(joined);
	if (strlen(joined) == *len &&
	    !cmdline_crashkernel(after, wrote, sizeof(wrote)) &&
	    !cmdline_crashkernel(joined, now, sizeof(now)) &&
	    !strcmp(wrote, now)) {
		(void)!cmdline_crashkernel(before, was, sizeof(was));
		err = with_words(joined, was, buf, len);
	}
	free(joined);
	return err;
}

/* kdump.conf: its one option, unless somebody set it since. */
static int undo_option(const char *before, size_t before_len, char **buf,
		       size_t *len)
{
	struct text now = kdumpconf_line(*buf, *len, KEY_AUTO_RESET);
	char *new;

	if (!text_equal(now, KEY_AUTO_RESET " no"))
		return 0;
	new = kdumpconf_with(
		*buf, *len, KEY_AUTO_RESET,
		kdumpconf_line(before, before_len, KEY_AUTO_RESET));
	if (!new)
		return -ENOMEM;
	free(*buf);
	*buf = new;
	*len = strlen(new);
	return 0;
}

/* Somebody changed the file since: take out only what is ours. */
static int undo_ours(const struct root *root, const struct known *file,
		     char **buf, size_t *len)
{
	char *before = NULL, *after = NULL;
	size_t before_len = 0, after_len = 0;
	int err = 0;

	if (file->all_ours) {
		if (!strncmp(*buf, OURS_MARK, strlen(OURS_MARK)))
			return file_remove(root, file->path);
		fprintf(stderr,
			"kdump-dma: /%s was written by somebody else: "
			"left alone\n",
			file->path);
		return 0;
	}
	if (saved_get(root, file->path, "before", &before, &before_len) ||
	    saved_get(root, file->path, "after", &after, &after_len)) {
		free(before);
		fprintf(stderr,
			"kdump-dma: /%s was changed since: left alone\n",
			file->path);
		return 0;
	}
	if (!strcmp(file->path, PATH_KERNEL_CMDLINE))
		err = undo_words(before, after, buf, len);
	else if (!strcmp(file->path, PATH_KDUMP_CONF))
		err = undo_option(before, before_len, buf, len);
	for (size_t i = 0; !err && i < 2 && file->keys[i]; i++)
		err = undo_key(file->keys[i], before, before_len, after,
			       after_len, buf, len);
	free(before);
	free(after);
	return err ? err : file_replace(root, file->path, *buf, *len);
}

static int restore(const struct root *root, const struct known *file,
		   char **buf, size_t *len)
{
	char *before;
	size_t before_len;
	int err;

	if (saved_has(root, file->path, "mixed") ||
	    (!saved_equals(root, file->path, "after", *buf, *len) &&
	     !saved_equals(root, file->path, "next", *buf, *len)))
		return undo_ours(root, file, buf, len);
	if (saved_has(root, file->path, "absent"))
		return file_remove(root, file->path);
	err = saved_get(root, file->path, "before", &before, &before_len);
	if (err)
		return err;
	err = file_replace(root, file->path, before, before_len);
	free(before);
	return err;
}

static int forget(const struct root *root, const char *path)
{
	static const char *const suffixes[] = { "next", "after", "mixed",
						"absent", "before" };
	int err = file_clear(root, path);

	/* "before" last: while it is there, a rerun knows what to do. */
	for (size_t i = 0; !err && i < 5; i++)
		err = saved_drop(root, path, suffixes[i]);
	return err;
}

static int revert_one(const struct root *root, const struct known *file,
		      unsigned int *restored)
{
	char *buf;
	size_t len;
	int err = file_read(root, file->path, SHELLCONF_FILE_MAX, &buf, &len);

	if (err == -ENOENT) {
		/* Ours, and gone already; or theirs, and they took it away. */
		return forget(root, file->path);
	}
	if (err)
		return err;
	if (!saved_equals(root, file->path, "before", buf, len)) {
		err = restore(root, file, &buf, &len);
		*restored += !err;
	}
	free(buf);
	return err ? err : forget(root, file->path);
}

static void say_failed(const char *path, int err)
{
	if (err == -ELOOP)
		fprintf(stderr,
			"kdump-dma: /%s: is a symlink: replace it by a file, "
			"then run \"kdump-dma revert\" again\n",
			path);
	else
		fprintf(stderr, "kdump-dma: /%s: %s\n", path, strerror(-err));
}

int undo_revert(const struct root *root, unsigned int *restored)
{
	int first = 0;

	*restored = 0;
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		int err;

		if (!saved_has(root, known[i].path, "before") &&
		    !saved_has(root, known[i].path, "absent"))
			continue;
		err = revert_one(root, &known[i], restored);
		if (err)
			say_failed(known[i].path, err);
		if (err && !first)
			first = err;
	}
	return first;
}
