// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/dump_folder.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "lib/macros.h"

#define ELSEWHERE "dumps go to another machine or file system"

/* Whoever only reads waits for nothing, so it does not look there. */
static bool awaits_look(const struct root *root, struct dump_folder *out)
{
	char point[PATH_MAX];

	if (!mounts_await_look(root, out->path, point))
		return false;
	snprintf(out->fault, sizeof(out->fault),
		 "%.100s is mounted when somebody looks there (autofs), and "
		 "nobody has: look there to see its dumps",
		 point);
	strcpy(out->awaits, out->path);
	out->path[0] = '\0';
	return true;
}

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
	else if (stays_here && !awaits_look(root, out))
		out->is_seen = mounts_are_there(root, out->path, out->fault);
	if (!out->is_seen)
		snprintf(out->unseen, sizeof(out->unseen), "%s",
			 stays_here ? out->fault : ELSEWHERE);
}

/* false: on no other file system of this machine that is known. */
static bool find_target(const struct root *root, const struct config *config,
			const struct backend *backend, bool *stays_here,
			struct target *out)
{
	char device[CONFIG_VALUE_MAX], path[CONFIG_VALUE_MAX];

	*stays_here = backend->target(root, config, device, sizeof(device));
	if (!*stays_here || streq(device, "auto"))
		return false;
	if (!backend->folder(root, config, path, sizeof(path))) {
		*stays_here = false;
		return false;
	}
	target_of_device(root, device, path, out);
	return true;
}

/* On another file system, which may be mounted. */
static void look_on_target(const struct root *root, const struct target *target,
			   struct dump_folder *out)
{
	if (!target_can_be_seen(root)) {
		strcpy(out->unseen, "what is mounted here is not known");
		return;
	}
	out->is_seen = target_folder(root, target, out->path, out->unseen);
	/* A folder that is a link to itself, or no folder at all. */
	if (out->is_seen && !mounts_can_hold(root, out->path, out->fault)) {
		out->is_seen = false;
		snprintf(out->unseen, sizeof(out->unseen), "%s", out->fault);
	}
}

void dump_folder_find(const struct root *root, const struct config *config,
		      const struct backend *backend, struct dump_folder *out)
{
	static struct target target;
	bool stays_here;

	memset(out, 0, sizeof(*out));
	if (find_target(root, config, backend, &stays_here, &target))
		look_on_target(root, &target, out);
	else
		look_here(root, config, backend, stays_here, out);
}

bool dump_folder_is_proven(const struct root *root, const struct config *config,
			   const struct backend *backend)
{
	static struct target target;
	bool stays_here;

	if (!find_target(root, config, backend, &stays_here, &target))
		return stays_here;
	return target.block.name[0] && target_is_proven(root, &target);
}
