// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/undo.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/macros.h"
#include "peers/backend.h"
#include "peers/bootloader.h"
#include "state/file.h"
#include "state/saved.h"

#define OURS_MARK "# Written by kdump-dma apply"
#define FILES_MAX 32

static int make_parent(const struct root *root, const char *path)
{
	char folder[128];
	size_t len = (size_t)(strrchr(path, '/') - path);

	snprintf(folder, sizeof(folder), "%.*s", (int)len, path);
	return file_make_folder(root, folder, 0755);
}

/*
 * Keep the file's original content once. If somebody wrote to the file since,
 * restoring it would lose his lines: then mark it, and revert undoes only what
 * is ours.
 */
static int keep_before(const struct root *root, const struct edit *edit)
{
	static const char *const known[] = { "before", "after", "next" };
	int is_kept = saved_has(root, edit->path, "before");
	int absent = is_kept ? 0 : saved_has(root, edit->path, "absent");

	if (is_kept < 0 || absent < 0)
		return is_kept < 0 ? is_kept : absent;
	if (!is_kept && !absent)
		return saved_put(root, edit->path,
				 edit->old ? "before" : "absent", edit->old,
				 edit->old_len);
	if (!is_kept || !edit->old)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		int same = saved_equals(root, edit->path, known[i], edit->old,
					edit->old_len);

		if (same)
			return same < 0 ? same : 0;
	}
	return saved_put(root, edit->path, "mixed", NULL, 0);
}

int undo_write(const struct root *root, const struct edit *edit)
{
	int err = file_make_folder(root, SAVED_DIR, 0700);

	/* The folder of a file that only we write may not exist yet. */
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

/* List the files of all peers; a path may occur more than once. */
static size_t all_files(const struct peer_file *files[static FILES_MAX])
{
	size_t count = 0;

	for (const struct backend *const *at = backends; *at; at++)
		for (size_t i = 0; (*at)->files[i].path; i++)
			files[count++] = &(*at)->files[i];
	for (const struct bootloader *const *at = bootloaders; *at; at++)
		for (size_t i = 0; (*at)->files[i].path; i++)
			files[count++] = &(*at)->files[i];
	return count;
}

/* Call fn once for each path, also after an error. Returns the first error. */
static int for_each_path(const struct root *root,
			 int (*fn)(const struct root *root,
				   const struct peer_file *file, void *arg),
			 void *arg)
{
	const struct peer_file *files[FILES_MAX];
	size_t count = all_files(files);
	int first = 0;

	for (size_t i = 0; i < count; i++) {
		bool seen = false;
		int err;

		for (size_t j = 0; j < i; j++)
			seen |= streq(files[j]->path, files[i]->path);
		err = seen ? 0 : fn(root, files[i], arg);
		if (!first)
			first = err;
	}
	return first;
}

/* Let each peer that has this file undo its part. */
static int undo_each(const char *path, struct undo *undo)
{
	const struct peer_file *files[FILES_MAX];
	size_t count = all_files(files);
	int err = 0;

	for (size_t i = 0; !err && i < count; i++)
		if (streq(files[i]->path, path))
			err = files[i]->undo(undo);
	return err;
}

static int remove_ours(const struct root *root, const char *path,
		       const char *now)
{
	if (!strncmp(now, OURS_MARK, strlen(OURS_MARK)))
		return file_remove(root, path);
	fprintf(stderr,
		"kdump-dma: /%s was written by somebody else: left alone\n",
		path);
	return 0;
}

static int get_texts(const struct root *root, const char *path,
		     struct undo *undo)
{
	int err = saved_get(root, path, "before", &undo->before,
			    &undo->before_len);

	if (!err)
		err = saved_get(root, path, "after", &undo->after,
				&undo->after_len);
	if (err) {
		free(undo->before);
		undo->before = NULL;
	}
	return err;
}

/* For a file that somebody changed after us: take out only what is ours. */
static int undo_ours(const struct root *root, const struct peer_file *file,
		     struct undo *undo)
{
	int err;

	if (file->is_all_ours)
		return remove_ours(root, file->path, undo->now);
	err = get_texts(root, file->path, undo);
	if (err == -ENOENT) {
		fprintf(stderr,
			"kdump-dma: /%s was changed since: left alone\n",
			file->path);
		return 0;
	}
	if (err)
		return err;
	err = undo_each(file->path, undo);
	free(undo->before);
	free(undo->after);
	return err ? err
		   : file_replace(root, file->path, undo->now, undo->now_len);
}

/* 1: the file is as apply wrote it; 0: somebody changed it; -errno. */
static int is_as_written(const struct root *root, const char *path,
			 const struct undo *undo)
{
	int mixed = saved_has(root, path, "mixed");
	int same = mixed ? 0
			 : saved_equals(root, path, "after", undo->now,
					undo->now_len);

	if (mixed)
		return mixed < 0 ? mixed : 0;
	return same ? same
		    : saved_equals(root, path, "next", undo->now,
				   undo->now_len);
}

static int restore(const struct root *root, const struct peer_file *file,
		   struct undo *undo)
{
	int ours = is_as_written(root, file->path, undo);
	int absent = ours > 0 ? saved_has(root, file->path, "absent") : 0;
	char *before;
	size_t before_len;
	int err;

	if (ours < 0 || absent < 0)
		return ours < 0 ? ours : absent;
	if (!ours)
		return undo_ours(root, file, undo);
	if (absent)
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

	/* Drop "before" last: while it exists, a rerun knows what to do. */
	for (size_t i = 0; !err && i < 5; i++)
		err = saved_drop(root, path, suffixes[i]);
	return err;
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

static int undo_one(const struct root *root, const struct peer_file *file,
		    unsigned int *restored)
{
	struct undo undo = { 0 };
	int err = file_read(root, file->path, SAVED_FILE_MAX, &undo.now,
			    &undo.now_len);
	int same;

	/* An earlier revert or its owner removed the file: all is undone. */
	if (err == -ENOENT)
		return forget(root, file->path);
	if (err)
		return err;
	same = saved_equals(root, file->path, "before", undo.now, undo.now_len);
	if (same < 0) {
		err = same;
	} else if (!same) {
		err = restore(root, file, &undo);
		*restored += !err;
	}
	free(undo.now);
	return err ? err : forget(root, file->path);
}

/*
 * Nothing was kept of it: what we remember was lost. A file that only we write,
 * and that says so, is ours all the same.
 */
static int undo_orphan(const struct root *root, const struct peer_file *file,
		       unsigned int *restored)
{
	char *now;
	size_t len;
	int err;

	if (!file->is_all_ours)
		return 0;
	err = file_read(root, file->path, SAVED_FILE_MAX, &now, &len);
	if (err)
		return err == -ENOENT ? 0 : err;
	if (!strncmp(now, OURS_MARK, strlen(OURS_MARK))) {
		err = file_remove(root, file->path);
		*restored += !err;
	}
	free(now);
	return err;
}

static int undo_path(const struct root *root, const struct peer_file *file,
		     void *arg)
{
	int kept = saved_has(root, file->path, "before"), err;

	if (!kept)
		kept = saved_has(root, file->path, "absent");
	if (!kept)
		err = undo_orphan(root, file, arg);
	else
		err = kept < 0 ? kept : undo_one(root, file, arg);
	if (err)
		say_failed(file->path, err);
	return err;
}

int undo_revert(const struct root *root, unsigned int *restored)
{
	*restored = 0;
	return for_each_path(root, undo_path, restored);
}

static int settle_one(const struct root *root, const char *path)
{
	char *buf;
	size_t len;
	int err = file_clear(root, path), next;

	next = err ? 0 : saved_has(root, path, "next");
	if (err || next <= 0)
		return err ? err : next;
	err = file_read(root, path, SAVED_FILE_MAX, &buf, &len);
	if (!err) {
		int same = saved_equals(root, path, "next", buf, len);

		if (same < 0)
			err = same;
		else if (same)
			err = saved_put(root, path, "after", buf, len);
		free(buf);
	}
	/* -ENOENT: apply was to remove the file, so there is no content to
	 * note. */
	return err && err != -ENOENT ? err : saved_drop(root, path, "next");
}

static int settle_path(const struct root *root, const struct peer_file *file,
		       void *arg)
{
	int err = settle_one(root, file->path);

	(void)arg;
	if (err)
		fprintf(stderr,
			"kdump-dma: /%s: settling what was written: %s\n",
			file->path, strerror(-err));
	return err;
}

int undo_settle(const struct root *root)
{
	return for_each_path(root, settle_path, NULL);
}
