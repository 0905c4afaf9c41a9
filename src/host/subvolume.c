// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/subvolume.h"

#include <endian.h>
#include <fcntl.h>
#include <linux/btrfs.h>
#include <linux/btrfs_tree.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "lib/macros.h"

/* The tree of roots has an entry "default", as of a folder. */
static bool find_default(const struct btrfs_ioctl_search_args *found,
			 uint64_t *id)
{
	static const char name[] = "default";
	const size_t head = sizeof(struct btrfs_ioctl_search_header);
	struct btrfs_ioctl_search_header header;
	struct btrfs_dir_item item;

	*id = BTRFS_FS_TREE_OBJECTID;
	if (!found->key.nr_items)
		return true;
	memcpy(&header, found->buf, sizeof(header));
	if (header.len < sizeof(item) + strlen(name) ||
	    header.len > sizeof(found->buf) - head)
		return false;
	memcpy(&item, found->buf + head, sizeof(item));
	if (le16toh(item.name_len) != strlen(name) ||
	    memcmp(found->buf + head + sizeof(item), name, strlen(name)))
		return false;
	*id = le64toh(item.location.objectid);
	return true;
}

/* The kernel tells it to root; beside a snapshot somebody may have noted it. */
static bool default_id(const struct root *root, const char *at, uint64_t *id)
{
	struct btrfs_ioctl_search_args args = {
		.key = { .tree_id = BTRFS_ROOT_TREE_OBJECTID,
			 .min_objectid = BTRFS_ROOT_TREE_DIR_OBJECTID,
			 .max_objectid = BTRFS_ROOT_TREE_DIR_OBJECTID,
			 .min_type = BTRFS_DIR_ITEM_KEY,
			 .max_type = BTRFS_DIR_ITEM_KEY,
			 .max_offset = UINT64_MAX,
			 .max_transid = UINT64_MAX,
			 .nr_items = 1 },
	};
	bool known;
	int fd;

	if (!root->is_live)
		return !root_read_u64(root, id, ".subvolume");
	fd = root_openat(root, O_RDONLY | O_DIRECTORY, ".%s", at);
	if (fd < 0)
		return false;
	known = !ioctl(fd, BTRFS_IOC_TREE_SEARCH, &args) &&
		find_default(&args, id);
	close(fd);
	return known;
}

/* "subvolid=256,subvol=/@data" */
static bool is_of_subvolume(struct libmnt_fs *fs, uint64_t id,
			    char path[static TARGET_PATH_MAX])
{
	uint64_t its_id;
	char *value;
	size_t len;

	if (mnt_fs_get_option(fs, "subvolid", &value, &len) || !value ||
	    text_number((struct text){ value, len }, 10, &its_id) ||
	    its_id != id || mnt_fs_get_option(fs, "subvol", &value, &len) ||
	    !value || len >= TARGET_PATH_MAX)
		return false;
	snprintf(path, TARGET_PATH_MAX, "%.*s", (int)len, value);
	return true;
}

bool subvolume_default(const struct root *root, struct libmnt_table *mounts,
		       const struct target *target, struct libmnt_fs *mount,
		       char path[static TARGET_PATH_MAX])
{
	struct libmnt_iter *at;
	struct libmnt_fs *fs;
	bool found = false;
	uint64_t id;

	path[0] = '\0';
	if (!default_id(root, mnt_fs_get_target(mount), &id))
		return false;
	if (id == BTRFS_FS_TREE_OBJECTID)
		return true;
	at = mnt_new_iter(MNT_ITER_FORWARD);
	while (at && !found && !mnt_table_next_fs(mounts, at, &fs))
		found = target_is_mounted_as(root, target, fs) &&
			is_of_subvolume(fs, id, path);
	mnt_free_iter(at);
	return found;
}
