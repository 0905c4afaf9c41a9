// SPDX-License-Identifier: GPL-2.0-or-later
#include "peers/edits.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/shellconf.h"
#include "lib/macros.h"
#include "state/file.h"

int edits_refuse(struct edits *edits, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(edits->error, sizeof(edits->error), format, args);
	va_end(args);
	return err;
}

/* Find the edit of that file, or read the file and begin one. */
static int begin(const struct root *root, struct edits *edits, const char *path,
		 struct edit **out)
{
	struct edit *edit;
	int err;

	for (size_t i = 0; i < edits->count; i++)
		if (streq(edits->list[i].path, path)) {
			*out = &edits->list[i];
			return 0;
		}
	edit = &edits->list[edits->count];
	*edit = (struct edit){ .path = path };
	err = file_read(root, path, SHELLCONF_FILE_MAX, &edit->old,
			&edit->old_len);
	if (err == -ELOOP)
		return edits_refuse(edits, err,
				    "/%s: is a symlink: left alone; a file has "
				    "to stand there",
				    path);
	if (err && err != -ENOENT)
		return edits_refuse(edits, err, "/%s: %s", path,
				    strerror(-err));
	/* Text is handled as C strings: what follows a NUL would be lost. */
	if (edit->old && memchr(edit->old, '\0', edit->old_len)) {
		free(edit->old);
		return edits_refuse(edits, -EINVAL, "/%s: not a text file",
				    path);
	}
	edits->count++;
	*out = edit;
	return 0;
}

static void set_new(struct edit *edit, char *new, size_t len)
{
	free(edit->new);
	edit->new = new;
	edit->new_len = len;
	edit->is_decided = true;
}

static int text_of_edit(struct edits *edits, const struct edit *edit,
			const char **text, size_t *len)
{
	*text = edit->is_decided ? edit->new : edit->old;
	*len = edit->is_decided ? edit->new_len : edit->old_len;
	return *text ? 0
		     : edits_refuse(edits, -ENOENT, "/%s: not there",
				    edit->path);
}

int edits_text(const struct root *root, struct edits *edits, const char *path,
	       const char **text, size_t *len)
{
	struct edit *edit;
	int err = begin(root, edits, path, &edit);

	return err ? err : text_of_edit(edits, edit, text, len);
}

int edits_set_variable(const struct root *root, struct edits *edits,
		       const char *path, const char *key, const char *value)
{
	struct edit *edit;
	const char *text;
	char *new;
	size_t len, new_len;
	int err = begin(root, edits, path, &edit);

	if (!err)
		err = text_of_edit(edits, edit, &text, &len);
	if (err)
		return err;
	err = shellconf_set(text, len, key, value, &new, &new_len);
	if (err)
		return edits_refuse(edits, err,
				    "/%s: %s is set in a way that is not "
				    "understood: left alone",
				    path, key);
	set_new(edit, new, new_len);
	return 0;
}

int edits_set_file(const struct root *root, struct edits *edits,
		   const char *path, const char *content)
{
	struct edit *edit;
	char *new = NULL;
	int err = begin(root, edits, path, &edit);

	if (err)
		return err;
	if (content) {
		new = strdup(content);
		if (!new)
			return edits_refuse(edits, -ENOMEM, "/%s: %s", path,
					    strerror(ENOMEM));
	}
	set_new(edit, new, content ? strlen(content) : 0);
	return 0;
}

static bool is_same(const struct edit *edit)
{
	if (!edit->is_decided)
		return true;
	if (!edit->old || !edit->new)
		return !edit->old && !edit->new;
	return edit->old_len == edit->new_len &&
	       !memcmp(edit->old, edit->new, edit->old_len);
}

void edits_drop_unchanged(struct edits *edits)
{
	size_t kept = 0;

	for (size_t i = 0; i < edits->count; i++) {
		if (is_same(&edits->list[i])) {
			free(edits->list[i].old);
			free(edits->list[i].new);
			continue;
		}
		edits->list[kept++] = edits->list[i];
	}
	edits->count = kept;
}

void edits_free(struct edits *edits)
{
	for (size_t i = 0; i < edits->count; i++) {
		free(edits->list[i].old);
		free(edits->list[i].new);
	}
	edits->count = 0;
}
