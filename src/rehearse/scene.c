// SPDX-License-Identifier: GPL-2.0-or-later
#include "rehearse/scene.h"

#include <string.h>
#include <sys/stat.h>

#include "lib/macros.h"
#include "lib/text.h"

static void take_module(struct scene *out, struct text value)
{
	struct text path;

	if (text_word(&value, &path) && out->modules_count < SCENE_MODULES_MAX)
		text_copy(path, out->module[out->modules_count++],
			  SCENE_VALUE_MAX);
}

static void take_line(struct scene *out, struct text line)
{
	if (text_skip(&line, "device="))
		text_copy(line, out->device, sizeof(out->device));
	else if (text_skip(&line, "fstype="))
		text_copy(line, out->fstype, sizeof(out->fstype));
	else if (text_skip(&line, "path="))
		text_copy(line, out->path, sizeof(out->path));
	else if (text_skip(&line, "module="))
		take_module(out, line);
	else if (text_skip(&line, "remote="))
		text_copy(line, out->remote, sizeof(out->remote));
	else if (text_starts(line, "member="))
		out->has_members = true;
	else if (text_starts(line, "disk="))
		out->has_disk = true;
	else if (text_skip(&line, "stack=") &&
		 out->stack_count < SCENE_STACK_MAX)
		text_copy(line, out->stack[out->stack_count++],
			  sizeof(out->stack[0]));
}

/* What a machine without the real disks and the network has in vain. */
static bool is_left_out(struct text line)
{
	static const char *const keys[] = { "stack=",  "member=", "disk=",
					    "remote=", "nfs",	  "port=",
					    "module=" };

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (text_starts(line, keys[i]))
			return true;
	return false;
}

/* One line of text from *at on. false: there is none left. */
static bool next_line(const struct scene *scene, size_t *at, struct text *line)
{
	const char *begin = scene->text + *at, *end;

	if (*at >= scene->text_len)
		return false;
	end = memchr(begin, '\n', scene->text_len - *at);
	line->at = begin;
	line->len = end ? (size_t)(end - begin) : scene->text_len - *at;
	*at += line->len + 1;
	return true;
}

static void find_release(const struct archive *archive, struct scene *out)
{
	for (size_t i = 0; i < archive->count; i++) {
		const char *at = strstr(archive->item[i].path, "lib/modules/");
		struct text release;

		if (!at || !at[12])
			continue;
		release = text_of(at + 12);
		release.len = strcspn(release.at, "/");
		text_copy(release, out->release, sizeof(out->release));
		return;
	}
}

bool scene_read(const struct archive *archive, struct scene *out)
{
	const struct member *member = archive_find(archive, SCENE_CONF);
	struct text line;
	size_t at = 0;

	memset(out, 0, sizeof(*out));
	find_release(archive, out);
	if (!member || !S_ISREG(member->mode))
		return false;
	out->text = member->data;
	out->text_len = member->size;
	while (next_line(out, &at, &line))
		take_line(out, line);
	return (out->remote[0] && !out->device[0]) ||
	       (out->device[0] && out->fstype[0] && out->path[0] == '/');
}

void scene_print(FILE *to, const struct scene *scene, const char *device,
		 const char *const *modules)
{
	struct text line;
	size_t at = 0;

	while (next_line(scene, &at, &line)) {
		if (text_starts(line, "device="))
			fprintf(to, "device=%s\n", device);
		else if (!is_left_out(line))
			fprintf(to, "%.*s\n", (int)line.len, line.at);
	}
	for (; *modules; modules++)
		fprintf(to, "module=%s\n", *modules);
	for (at = 0; next_line(scene, &at, &line);)
		if (text_starts(line, "module="))
			fprintf(to, "%.*s\n", (int)line.len, line.at);
}
