// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/dump_folder.h"

#include <stdio.h>
#include <string.h>

#include "lib/macros.h"

#define ELSEWHERE "dumps go to another machine or file system"

/* The folder as a path of this machine. */
static void look_here(const struct root *root, const struct config *config,
		      const struct backend *backend, bool stays_here,
		      struct dump_folder *out)
{
	if (!backend_folder(backend, root, config, out->path))
		snprintf(out->fault, sizeof(out->fault),
			 "%s does not tell where dumps are saved, as it takes "
			 "a path without blanks and without what a shell "
			 "expands; they are looked for in " BACKEND_FOLDER,
			 backend->folder_key);
	else if (stays_here)
		out->is_seen = mounts_are_there(root, out->path, out->fault);
	if (!out->is_seen)
		snprintf(out->unseen, sizeof(out->unseen), "%s",
			 stays_here ? out->fault : ELSEWHERE);
}

/* On another file system, which may be mounted. Only ours has such a target. */
static void look_on_target(const struct root *root, const struct config *config,
			   struct dump_folder *out)
{
	static struct target target;

	target_find(root, config, &target);
	out->is_seen = target_folder(root, &target, out->path, out->unseen);
	/* A folder that is a link to itself, or no folder at all. */
	if (out->is_seen && !mounts_can_hold(root, out->path, out->fault)) {
		out->is_seen = false;
		snprintf(out->unseen, sizeof(out->unseen), "%s", out->fault);
	}
}

static bool is_on_target(const struct root *root, const struct config *config,
			 const struct backend *backend, bool *stays_here)
{
	char target[CONFIG_VALUE_MAX];

	*stays_here = backend->target(root, config, target, sizeof(target));
	return *stays_here && !streq(target, "auto");
}

void dump_folder_find(const struct root *root, const struct config *config,
		      const struct backend *backend, struct dump_folder *out)
{
	bool stays_here;

	memset(out, 0, sizeof(*out));
	if (is_on_target(root, config, backend, &stays_here))
		look_on_target(root, config, out);
	else
		look_here(root, config, backend, stays_here, out);
}

bool dump_folder_is_proven(const struct root *root, const struct config *config,
			   const struct backend *backend)
{
	static struct target target;
	bool stays_here;

	if (!is_on_target(root, config, backend, &stays_here))
		return stays_here;
	target_find(root, config, &target);
	return target.block.name[0] && target_is_proven(root, &target);
}
