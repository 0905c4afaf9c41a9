// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/encrypted.h"

#include <string.h>

#include "host/storage.h"
#include "host/target.h"
#include "lib/macros.h"

struct parts {
	const struct root *root;
	struct storage *storage;
	bool all_found;
};

static void take_part(void *arg, const char *name)
{
	struct parts *parts = arg;
	struct block block;

	if (block_by_name(parts->root, name, &block))
		parts->all_found = false;
	else
		storage_add(parts->root, &block, parts->storage);
}

bool encrypted_folder(const struct root *root, const char *folder)
{
	static struct storage storage;
	static struct target target;
	struct parts parts = { root, &storage, true };

	target_of_folder(root, folder, &target);
	if (target.why[0] || !target.block.name[0])
		return false;
	block_tags(root, &target.block, &target.tags);
	storage_init(&storage);
	storage_add(root, &target.block, &storage);
	/* a btrfs may have more devices than the one that its mount names */
	if (streq(target.fstype, "btrfs") &&
	    root_list(root, take_part, &parts, "sys/fs/btrfs/%s/devices",
		      target.tags.uuid[0] ? target.tags.uuid : "-"))
		return false;
	return parts.all_found && !storage.why[0] && storage.luks_count &&
	       !storage.has_plain_disk;
}
