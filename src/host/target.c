// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/target.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "host/mounts.h"
#include "host/resolve.h"
#include "lib/macros.h"

#define ELSEWHERE "set target and path in /etc/kdump-dma.conf"

#define refuse(target, ...)                                                    \
	text_print_first((target)->why, sizeof((target)->why), __VA_ARGS__)

/*
 * Each mount point of fstab on the way to the folder has to be mounted. With
 * "nofail" the boot does not wait for it, and dumps would be saved below it.
 */
static void check_way(struct libmnt_table *fstab, struct libmnt_table *mounts,
		      const char *folder, struct target *target)
{
	struct libmnt_iter *at = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_fs *fs;

	while (fstab && at && !mnt_table_next_fs(fstab, at, &fs)) {
		const char *point = mnt_fs_get_target(fs);
		size_t len = point ? strlen(point) : 0;

		while (len && point[len - 1] == '/')
			len--;
		if (!len || strncmp(folder, point, len) ||
		    (folder[len] && folder[len] != '/') ||
		    !mnt_fs_get_option(fs, "noauto", NULL, NULL) ||
		    mnt_table_find_target(mounts, point, MNT_ITER_BACKWARD))
			continue;
		snprintf(target->unmounted, sizeof(target->unmounted), "%.*s",
			 (int)len, point);
		refuse(target,
		       "%s, which /etc/fstab mounts, is not mounted: the dump "
		       "would be saved below it",
		       target->unmounted);
	}
	mnt_free_iter(at);
}

static void check_units(const struct root *root, struct libmnt_table *mounts,
			const char *folder, struct target *target)
{
	char unit[MOUNTS_UNIT_MAX];

	if (target->unmounted[0] ||
	    !mounts_unit_lacks(root, mounts, folder, target->unmounted,
			       sizeof(target->unmounted), unit))
		return;
	refuse(target,
	       "%s, which %s mounts, is not mounted: the dump would be saved "
	       "below it",
	       target->unmounted, unit);
}

static void take_block(const struct root *root, struct libmnt_fs *fs,
		       struct target *out)
{
	dev_t number = mnt_fs_get_devno(fs);
	const char *source = mnt_fs_get_srcpath(fs);
	unsigned int major_number = (unsigned int)major(number);

	/* btrfs has a number of no device; the others say which device it is */
	if ((!major_number ||
	     block_by_number(root, major_number, minor(number), &out->block)) &&
	    (!source || block_by_node(root, source, &out->block)))
		out->block.name[0] = '\0';
}

/* folder is inside what is mounted at "at", which shows from of its file
 * system. */
static int path_inside(const char *folder, const char *at, const char *from,
		       char *out, size_t size)
{
	size_t skip = strcmp(at, "/") ? strlen(at) : 0;
	int n = snprintf(out, size, "%s%s", !streq(from, "/") ? from : "",
			 folder + skip);

	if (n < 0 || (size_t)n >= size)
		return -ENAMETOOLONG;
	if (!n)
		strcpy(out, "/");
	return 0;
}

/* The file system that holds the folder, as the capture kernel will find it. */
static void find_mounted(const struct root *root, const char *folder,
			 struct libmnt_table *mounts, struct target *out)
{
	struct libmnt_fs *fs = mounts_above(mounts, folder);
	const char *type = fs ? mnt_fs_get_fstype(fs) : NULL;
	const char *from = fs ? mnt_fs_get_root(fs) : NULL;
	const char *source = fs ? mnt_fs_get_srcpath(fs) : NULL;

	if (!type || !from) {
		refuse(out, "no mounted file system holds %s", folder);
		return;
	}
	snprintf(out->fstype, sizeof(out->fstype), "%s", type);
	snprintf(out->mounted_at, sizeof(out->mounted_at), "%s",
		 mnt_fs_get_target(fs));
	if (path_inside(folder, out->mounted_at, from, out->path,
			sizeof(out->path)))
		refuse(out, "the path of %s is too long", folder);
	if (streq(type, "btrfs"))
		strcpy(out->mount_options, "subvolid=5");
	snprintf(out->device, sizeof(out->device), "%s",
		 source ? source : folder);
	take_block(root, fs, out);
}

static bool is_one_of(const char *word, const char *const list[])
{
	for (; *list; list++)
		if (streq(word, *list))
			return true;
	return false;
}

static bool begins_with_one_of(const char *word, const char *const list[])
{
	for (; *list; list++)
		if (!strncmp(word, *list, strlen(*list)))
			return true;
	return false;
}

/*
 * In memory, of other machines, of several machines at once, read-only, without
 * ":" in names, or no file system at all.
 */
static void check_fstype(const char *what, struct target *target)
{
	static const char *const others[] = {
		"tmpfs",     "ramfs",	    "rootfs", "overlay",  "cifs",
		"smb3",	     "zfs",	    "9p",     "virtiofs", "gfs2",
		"ocfs2",     "iso9660",	    "udf",    "squashfs", "erofs",
		"vfat",	     "exfat",	    "msdos",  "swap",	  "ceph",
		"glusterfs", "crypto_LUKS", "lustre", "autofs",	  NULL
	};
	static const char *const kinds[] = { "nfs", "fuse", "ntfs", "hfs",
					     NULL };
	const char *type = target->fstype;
	const char *export = strstr(target->device, ":/");

	if (!strncmp(type, "nfs", 3) && export)
		refuse(target,
		       "%s is on NFS, which only the network leads to: set "
		       "target = nfs://%.*s%.200s and path = %.200s in "
		       "/etc/kdump-dma.conf",
		       what, (int)(export - target->device), target->device,
		       export + 1, target->path);
	if (is_one_of(type, others) || begins_with_one_of(type, kinds) ||
	    text_ends(type, "_member"))
		refuse(target,
		       "%s is on %s, which the native backend cannot save "
		       "to: " ELSEWHERE,
		       what, type);
}

/* Its name in sysfs is all that the journal of ext4 tells of where it is. */
struct journal {
	const char *name;
	bool inside;
};

static void is_journal(void *arg, const char *name)
{
	struct journal *journal = arg;
	size_t len = strlen(journal->name);

	if (!strncmp(name, journal->name, len) && name[len] == '-')
		journal->inside = true;
}

/*
 * Only one device is brought up. /proc/fs/jbd2 has sda1-8 for a journal inside
 * of sda1, and the other device's name for one outside (jbd2's j_devname).
 */
static bool has_journal_elsewhere(const struct root *root,
				  const struct target *target)
{
	struct journal journal = { target->block.name, false };
	struct block_tags tags = { 0 };

	if (target->tags.probed)
		return target->tags.journal[0];
	if (target->mounted_at[0] &&
	    !root_list(root, is_journal, &journal, "proc/fs/jbd2") &&
	    journal.inside)
		return false;
	return block_probe(root, &target->block, &tags) && tags.journal[0];
}

/* Log or realtime volume of XFS, as the mount says it. */
static bool has_volume_elsewhere(struct libmnt_table *mounts,
				 const struct target *target)
{
	struct libmnt_fs *fs = NULL;
	char *value;
	size_t len;

	if (target->mounted_at[0])
		fs = mnt_table_find_target(mounts, target->mounted_at,
					   MNT_ITER_BACKWARD);
	return fs && (!mnt_fs_get_option(fs, "logdev", &value, &len) ||
		      !mnt_fs_get_option(fs, "rtdev", &value, &len));
}

bool target_is_mounted_as(const struct root *root, const struct target *target,
			  struct libmnt_fs *fs)
{
	dev_t number = mnt_fs_get_devno(fs);
	const char *type = mnt_fs_get_fstype(fs);
	const char *source = mnt_fs_get_srcpath(fs);
	struct block block;
	struct block_tags tags;

	if (major(number))
		return number ==
		       makedev(target->block.major, target->block.minor);
	/* btrfs has a number of no device, and its source is one of several */
	return type && streq(type, "btrfs") && source && target->tags.uuid[0] &&
	       !block_by_node(root, source, &block) &&
	       block_tags(root, &block, &tags) &&
	       streq(tags.uuid, target->tags.uuid);
}

static void find_where_it_is_mounted(const struct root *root,
				     struct libmnt_table *mounts,
				     struct target *out)
{
	struct libmnt_iter *at = mnt_new_iter(MNT_ITER_BACKWARD);
	struct libmnt_fs *fs;

	while (at && !out->mounted_at[0] && !mnt_table_next_fs(mounts, at, &fs))
		if (target_is_mounted_as(root, out, fs))
			snprintf(out->mounted_at, sizeof(out->mounted_at), "%s",
				 mnt_fs_get_target(fs));
	mnt_free_iter(at);
}

/* 0, -ENODEV or -EEXIST: several have that tag. */
static int find_block(const struct root *root, struct target *out)
{
	int err;

	if (strchr(out->device, '=') && out->device[0] != '/')
		err = block_by_tag(root, out->device, &out->block);
	else
		err = block_by_node(root, out->device, &out->block);
	if (err)
		out->block.name[0] = '\0';
	return err;
}

/* A file system that the configuration names: path is relative to it. */
static void find_configured(const struct root *root,
			    const struct config *config, struct target *out)
{
	int err;

	snprintf(out->device, sizeof(out->device), "%s",
		 config_local_target(config));
	snprintf(out->path, sizeof(out->path), "%.255s",
		 config_text(config, CONFIG_PATH));
	err = find_block(root, out);
	if (err == -EEXIST)
		refuse(out,
		       "several devices have %s, and which one is meant cannot "
		       "be told after a crash: " ELSEWHERE,
		       out->device);
	else if (err)
		refuse(out,
		       "the target %s is not there: attach it, or set another "
		       "one in /etc/kdump-dma.conf",
		       out->device);
}

/* A snapshot volume has the UUID of its origin: their names tell them apart. */
static bool has_twin(const struct root *root, const struct target *target,
		     const char *tag)
{
	struct block same;

	return !streq(target->tags.type, "btrfs") &&
	       block_by_tag(root, tag, &same) == -EEXIST;
}

/*
 * The capture kernel has no udev, so there are no links like /dev/VG/LV, and
 * names of disks change from boot to boot: what is on the device says which one
 * it is. Where that says nothing, its node is left.
 */
static void name_by_content(const struct root *root, struct target *out)
{
	char tag[sizeof("UUID=") + BLOCK_TAG_MAX], name[BLOCK_TAG_MAX] = "";

	snprintf(tag, sizeof(tag), "UUID=%s", out->tags.uuid);
	(void)!root_read(root, name, sizeof(name), "%s/dm/name",
			 out->block.path);
	name[strcspn(name, "\n")] = '\0';
	if (out->tags.uuid[0] && !(name[0] && has_twin(root, out, tag)))
		snprintf(out->device, sizeof(out->device), "%s", tag);
	else
		snprintf(out->device, sizeof(out->device), "/dev/%s%s",
			 name[0] ? "mapper/" : "",
			 name[0] ? name : out->block.name);
}

/* Type and tags of the device that was found, whoever named it. */
static void look_at_device(const struct root *root, const struct config *config,
			   struct target *out)
{
	const char *told = config_text(config, CONFIG_TARGET_FSTYPE);
	bool is_auto = streq(config_local_target(config), "auto");

	block_tags(root, &out->block, &out->tags);
	if (!is_auto && !streq(told, "auto"))
		snprintf(out->fstype, sizeof(out->fstype), "%.31s", told);
	else if (!out->fstype[0])
		snprintf(out->fstype, sizeof(out->fstype), "%s",
			 out->tags.type);
	if (out->device[0] == '/')
		name_by_content(root, out);
	if (!out->fstype[0])
		refuse(out,
		       "no file system is known on the target %s: set "
		       "target_fstype in /etc/kdump-dma.conf",
		       out->device);
}

static void check_device(const struct root *root, struct libmnt_table *mounts,
			 struct target *out)
{
	bool is_ext = !strncmp(out->fstype, "ext", 3);

	check_fstype(out->device, out);
	if ((is_ext && has_journal_elsewhere(root, out)) ||
	    (streq(out->fstype, "xfs") && mounts &&
	     has_volume_elsewhere(mounts, out)))
		refuse(out,
		       "the target %s has its journal on another device: set "
		       "another one in /etc/kdump-dma.conf",
		       out->device);
}

/* The folder, or the nearest one above it that is there. */
static int open_nearest(const struct root *root, const char *folder)
{
	size_t len = strlen(folder);
	int fd;

	do {
		fd = root_openat(root, O_PATH | O_DIRECTORY, ".%.*s", (int)len,
				 folder);
		while (fd == -ENOENT && len > 1 && folder[--len] != '/')
			;
	} while (fd == -ENOENT && len > 1);
	return fd;
}

/*
 * How it is mounted here says nothing of how the capture kernel mounts it. But
 * a subvolume of btrfs that is read-only, as a snapshot, takes no files in a
 * mount that does (btrfs_permission(): EROFS), nor does a folder that is
 * immutable (inode_permission(): EPERM).
 */
static void check_folder(const struct root *root, const char *folder,
			 struct target *target)
{
	int fd = open_nearest(root, folder);
	struct statvfs st;
	int err;

	if (fd < 0)
		return;
	err = faccessat(fd, ".", W_OK, 0) ? errno : 0;
	if (err == EROFS && !fstatvfs(fd, &st) && !(st.f_flag & ST_RDONLY))
		refuse(target,
		       "%s is in a subvolume that is read-only, as a snapshot "
		       "is (btrfs property set ... ro false): " ELSEWHERE,
		       folder);
	else if (err == EPERM)
		refuse(target,
		       "%s, or the folder above it, is immutable: run chattr "
		       "-i, or " ELSEWHERE,
		       folder);
	close(fd);
}

static void find_auto(const struct root *root, const struct config *config,
		      struct libmnt_table *mounts, struct target *out)
{
	struct libmnt_table *fstab = mounts_read(root, MOUNTS_FSTAB);
	const char *path = config_text(config, CONFIG_PATH);
	char folder[TARGET_PATH_MAX];
	char point[PATH_MAX];
	bool awaits = mounts_await_look(root, path, point);
	int err =
		awaits ? 0 : resolve_folder(root, path, folder, sizeof(folder));

	if (awaits) {
		refuse(out,
		       "%s is not mounted before somebody looks there (autofs, "
		       "x-systemd.automount), so its device is not known: have "
		       "it mounted at boot, or " ELSEWHERE,
		       point);
	} else if (err) {
		refuse(out, "%s: %s", path, strerror(-err));
	} else if (!mounts) {
		refuse(out, "/proc/self/mountinfo cannot be read");
	} else {
		check_way(fstab, mounts, folder, out);
		check_units(root, mounts, folder, out);
		find_mounted(root, folder, mounts, out);
		check_fstype(folder, out);
		if (!out->why[0])
			check_folder(root, folder, out);
	}
	if (!out->why[0] && !out->block.name[0])
		refuse(out, "the device of %s is not known", out->device);
	mnt_unref_table(fstab);
}

bool target_can_be_seen(const struct root *root)
{
	return root->is_live || (root_exists(root, MOUNTS_NOW) &&
				 root_exists(root, "sys/dev/block"));
}

void target_find(const struct root *root, const struct config *config,
		 struct target *out)
{
	struct libmnt_table *mounts = mounts_read(root, MOUNTS_NOW);

	memset(out, 0, sizeof(*out));
	out->is_none = streq(config_local_target(config), "none");
	if (out->is_none) {
		mnt_unref_table(mounts);
		return;
	}
	if (streq(config_local_target(config), "auto"))
		find_auto(root, config, mounts, out);
	else
		find_configured(root, config, out);
	if (out->block.name[0])
		look_at_device(root, config, out);
	if (out->block.name[0] && mounts && !out->mounted_at[0])
		find_where_it_is_mounted(root, mounts, out);
	if (!out->why[0])
		check_device(root, mounts, out);
	mnt_unref_table(mounts);
}

void target_of_device(const struct root *root, const char *device,
		      const char *path, struct target *out)
{
	int err;

	memset(out, 0, sizeof(*out));
	snprintf(out->device, sizeof(out->device), "%s", device);
	snprintf(out->path, sizeof(out->path), "%s", path);
	err = find_block(root, out);
	if (err == -EEXIST)
		refuse(out,
		       "several devices have %s, and which one the dumps are "
		       "on "
		       "is not known",
		       out->device);
	else if (err)
		refuse(out,
		       "the target %s is not there: attach it to see its dumps",
		       out->device);
	if (err)
		return;
	block_tags(root, &out->block, &out->tags);
	if (out->device[0] == '/')
		name_by_content(root, out);
}

void target_of_folder(const struct root *root, const char *folder,
		      struct target *out)
{
	struct libmnt_table *mounts = mounts_read(root, MOUNTS_NOW);
	char real[TARGET_PATH_MAX], point[PATH_MAX];

	memset(out, 0, sizeof(*out));
	if (mounts && !mounts_await_look(root, folder, point) &&
	    !resolve_folder(root, folder, real, sizeof(real)))
		find_mounted(root, real, mounts, out);
	mnt_unref_table(mounts);
}
