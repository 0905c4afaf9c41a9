// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The capture kernel mounts the file system itself, and nothing else. Here only
 * a part of it may be mounted (a bind mount, a subvolume), something may be
 * mounted above the folder, and a link in it may lead elsewhere: then another
 * folder would be taken for that of the dumps.
 */
#include "host/target_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host/resolve.h"
#include "host/subvolume.h"
#include "lib/macros.h"
#include "peers/unit.h"
#include "state/capture_json.h"

struct search {
	const struct root *root;
	const struct target *target;
	struct libmnt_table *mounts;
	char name[CONFIG_VALUE_MAX + BLOCK_NAME_MAX + 8]; /* for people */
	bool have_path;
	/* from the top of the file system: what the capture kernel mounts, and
	 * the folder of dumps */
	char top[TARGET_PATH_MAX], path[TARGET_PATH_MAX];
	struct libmnt_fs *best; /* the mount that folder is in */
	char *folder, *why;
};

#define tell(search, ...)                                                      \
	text_print_first((search)->why, TARGET_UNSEEN_MAX, __VA_ARGS__)

/* "/var//./crash/" is /var/crash, and "/" is "". false: too long. */
static bool clean_path(const char *above, const char *path, char *out,
		       size_t size)
{
	struct text rest = text_of(path), part;
	size_t len = (size_t)snprintf(out, size, "%s",
				      streq(above, "/") ? "" : above);

	while (len < size && text_split(&rest, '/', &part))
		if (part.len && !text_equal(part, "."))
			len += (size_t)snprintf(out + len, size - len, "/%.*s",
						(int)part.len, part.at);
	return len < size;
}

/* ---- one mount ---- */

/* What of the path is below the mount; NULL: that shows another part. */
static const char *below(const char *path, const char *from)
{
	size_t len = streq(from, "/") ? 0 : strlen(from);

	return !strncmp(path, from, len) && (!path[len] || path[len] == '/')
		       ? path + len
		       : NULL;
}

/*
 * Does its mount point lead to this mount? Something else may lie over a folder
 * above it, or it was unmounted a moment ago.
 */
static bool leads_there(const struct search *search, struct libmnt_fs *fs)
{
	char text[256], *line;
	int fd = root_openat(search->root, O_PATH | O_DIRECTORY, ".%s",
			     mnt_fs_get_target(fs));
	bool is_read = fd >= 0 && root_read(search->root, text, sizeof(text),
					    "proc/self/fdinfo/%d", fd) > 0;
	uint64_t id;

	if (fd >= 0)
		close(fd);
	line = is_read ? strstr(text, "mnt_id:\t") : NULL;
	if (!line)
		return false;
	line += strlen("mnt_id:\t");
	line[strcspn(line, "\n")] = '\0';
	return !text_number(text_of(line), 10, &id) &&
	       id == (uint64_t)mnt_fs_get_id(fs);
}

static bool is_reached(const struct search *search, struct libmnt_fs *fs)
{
	if (!search->root->is_live || leads_there(search, fs))
		return true;
	tell(search,
	     "the target %s is mounted at %.120s, but something else is "
	     "mounted "
	     "over that",
	     search->name, mnt_fs_get_target(fs));
	return false;
}

static bool is_hidden(const struct search *search, struct libmnt_fs *fs,
		      const char *folder)
{
	if (mounts_above(search->mounts, folder) == fs)
		return false;
	tell(search,
	     "the target %s is mounted at %.120s, but something else is "
	     "mounted "
	     "over its folder %.100s",
	     search->name, mnt_fs_get_target(fs), folder);
	return true;
}

/*
 * Links are followed inside the file system, as the capture kernel does it.
 * That can be told only where the same is mounted here.
 */
static int follow(const struct search *search, struct libmnt_fs *fs,
		  const char *rest, char *folder, size_t size)
{
	const char *at = mnt_fs_get_target(fs);
	struct root inside = { .fd = -1 };
	char real[TARGET_PATH_MAX];
	int err = resolve_folder(search->root, folder, real, sizeof(real));

	if (err || streq(real, folder))
		return err;
	if (!streq(mnt_fs_get_root(fs), search->top[0] ? search->top : "/"))
		return -EXDEV;
	inside.fd = root_openat(search->root, O_PATH | O_DIRECTORY, ".%s", at);
	if (inside.fd < 0)
		return inside.fd;
	err = resolve_folder(&inside, rest, real, sizeof(real));
	close(inside.fd);
	if (!err && (size_t)snprintf(folder, size, "%s%s",
				     streq(at, "/") ? "" : at, real) >= size)
		err = -ENAMETOOLONG;
	return err;
}

/* The folder, if it is in this mount; what is wrong is told. */
static bool find_in(const struct search *search, struct libmnt_fs *fs,
		    char *folder, size_t size)
{
	const char *at = mnt_fs_get_target(fs);
	const char *from = mnt_fs_get_root(fs);
	const char *rest = from ? below(search->path, from) : NULL;
	int err;

	if (!rest) {
		tell(search,
		     "of the target %s only %.100s is mounted, at %.100s: "
		     "mount "
		     "all of it to see its dumps",
		     search->name, from ? from : "?", at);
		return false;
	}
	if (streq(at, "/") && !rest[0]) {
		tell(search,
		     "the target %s is mounted at /, and nothing looks for "
		     "dumps in / itself: set path in /etc/kdump-dma.conf",
		     search->name);
		return false;
	}
	if ((size_t)snprintf(folder, size, "%s%s", streq(at, "/") ? "" : at,
			     rest) >= size ||
	    !capture_id_is_plain(folder)) {
		tell(search,
		     "the target %s is mounted at %.120s, where the name of "
		     "its "
		     "folder is too long or has other characters than letters, "
		     "digits and /._+@:,=%%~-: mount it elsewhere, too",
		     search->name, at);
		return false;
	}
	if (is_hidden(search, fs, folder))
		return false;
	err = follow(search, fs, rest, folder, size);
	if (err)
		tell(search, "the folder %.120s of the target %s: %s", folder,
		     search->name,
		     err == -EXDEV ? "a link is on the way to it, and not all "
				     "of the file system is mounted"
				   : strerror(-err));
	return !err && !is_hidden(search, fs, folder);
}

/* ---- all mounts ---- */

static bool is_read_only(struct libmnt_fs *fs)
{
	return !mnt_fs_get_option(fs, "ro", NULL, NULL);
}

/* The same answer for the same mounts, in whatever order they were made. */
static bool is_better(struct libmnt_fs *one, struct libmnt_fs *other)
{
	const char *at = mnt_fs_get_target(one);
	bool is_all = streq(mnt_fs_get_root(one), "/");

	if (!other)
		return true;
	if (is_all != streq(mnt_fs_get_root(other), "/"))
		return is_all;
	if (is_read_only(one) != is_read_only(other))
		return is_read_only(other);
	if (strlen(at) != strlen(mnt_fs_get_target(other)))
		return strlen(at) < strlen(mnt_fs_get_target(other));
	return strcmp(at, mnt_fs_get_target(other)) < 0;
}

/* The path from the top: the capture kernel takes the default subvolume. */
static bool find_path(struct search *search, struct libmnt_fs *fs)
{
	if (search->have_path)
		return true;
	if (streq(mnt_fs_get_fstype(fs), "btrfs") &&
	    !subvolume_default(search->root, search->mounts, search->target, fs,
			       search->top)) {
		tell(search,
		     "the target %s is mounted at %.120s, but its default "
		     "subvolume, which a capture saves to, is not known or not "
		     "mounted: mount it without subvol= to see its dumps",
		     search->name, mnt_fs_get_target(fs));
		return false;
	}
	search->have_path = clean_path(search->top, search->target->path,
				       search->path, sizeof(search->path));
	if (!search->have_path)
		tell(search, "the path on the target %s is too long",
		     search->name);
	return search->have_path;
}

static bool look_at_mounts(struct search *search)
{
	struct libmnt_iter *at = mnt_new_iter(MNT_ITER_FORWARD);
	char folder[CAPTURE_FOLDER_MAX];
	struct libmnt_fs *fs;

	while (at && !mnt_table_next_fs(search->mounts, at, &fs)) {
		if (!mnt_fs_get_root(fs) ||
		    !target_is_mounted_as(search->root, search->target, fs) ||
		    !is_better(fs, search->best) || !is_reached(search, fs) ||
		    !find_path(search, fs) ||
		    !find_in(search, fs, folder, sizeof(folder)))
			continue;
		search->best = fs;
		strcpy(search->folder, folder);
	}
	mnt_free_iter(at);
	return search->best;
}

/* ---- where it would be mounted ---- */

/* Does fstab or a unit mean the target by that? */
static bool is_source(const struct search *search, const char *source)
{
	const struct block *target = &search->target->block;
	struct block block;

	if (!source || !source[0])
		return false;
	if (strchr(source, '=') && source[0] != '/'
		    ? block_by_tag(search->root, source, &block)
		    : block_by_node(search->root, source, &block))
		return false;
	return block.major == target->major && block.minor == target->minor;
}

static bool has_automount(const struct search *search, const char *point)
{
	struct libmnt_fs *fs =
		mnt_table_find_target(search->mounts, point, MNT_ITER_BACKWARD);
	const char *type = fs ? mnt_fs_get_fstype(fs) : NULL;

	return type && streq(type, "autofs");
}

static void tell_point(const struct search *search, const char *point,
		       const char *who)
{
	char plain[128];

	text_copy(text_of(point), plain, sizeof(plain));
	if (has_automount(search, point))
		tell(search,
		     "the target %s is not mounted now: %.80s mounts it at "
		     "%s when somebody looks there",
		     search->name, who, plain);
	else
		tell(search,
		     "the target %s is not mounted, which %.80s would do at "
		     "%s: mount it to see its dumps",
		     search->name, who, plain);
}

static void look_in_fstab(const struct search *search)
{
	struct libmnt_table *fstab = mounts_read(search->root, MOUNTS_FSTAB);
	struct libmnt_iter *at = mnt_new_iter(MNT_ITER_FORWARD);
	char tagged[BLOCK_TAG_MAX + 16];
	struct libmnt_fs *fs;

	while (fstab && at && !mnt_table_next_fs(fstab, at, &fs)) {
		const char *source = mnt_fs_get_srcpath(fs);
		const char *point = mnt_fs_get_target(fs), *name, *value;

		if (!mnt_fs_get_tag(fs, &name, &value)) {
			snprintf(tagged, sizeof(tagged), "%s=%s", name, value);
			source = tagged;
		}
		if (point && point[0] == '/' && is_source(search, source))
			tell_point(search, point, "/etc/fstab");
	}
	mnt_free_iter(at);
	mnt_unref_table(fstab);
}

/* What= and Where= of a unit: of several the last. */
struct unit {
	char what[CONFIG_VALUE_MAX], where[TARGET_PATH_MAX];
};

static void unit_line(void *arg, const struct line *line)
{
	struct unit *unit = arg;
	struct text text = text_trim(line->text), key;

	if (!text_split(&text, '=', &key))
		return;
	key = text_trim(key);
	text = text_trim(text);
	if (text_equal(key, "What"))
		text_copy(text, unit->what, sizeof(unit->what));
	else if (text_equal(key, "Where"))
		text_copy(text, unit->where, sizeof(unit->where));
}

#define UNIT_BYTES_MAX 65536

static void look_at_unit(void *arg, const char *path)
{
	const struct search *search = arg;
	struct unit unit = { "", "" };

	if (!root_lines(search->root, UNIT_BYTES_MAX, unit_line, &unit, "%s",
			path) &&
	    unit.where[0] == '/' && is_source(search, unit.what))
		tell_point(search, unit.where, strrchr(path, '/') + 1);
}

static void tell_unmounted(struct search *search)
{
	look_in_fstab(search);
	if (!search->why[0])
		unit_each(search->root, ".mount", look_at_unit, search);
	tell(search,
	     "the target %s is not mounted: mount it, wherever, to see its "
	     "dumps",
	     search->name);
}

/* ---- the target ---- */

/*
 * Another device that says the same of itself may be the one that the capture
 * kernel saved to. All devices of a btrfs have its UUID, each another one of
 * its own beside that.
 */
static bool is_the_only_one(const struct search *search)
{
	const struct target *target = search->target;
	struct block same;
	int err = target->device[0] == '/'
			  ? 0
			  : block_by_tag(search->root, target->device, &same);

	if (err != -EEXIST && !(streq(target->tags.type, "btrfs") &&
				block_has_twin(search->root, &target->tags)))
		return true;
	tell(search,
	     "several devices have what the target %s is found by, and which "
	     "one the dumps are on is not known: take the copy away, or give "
	     "it another UUID",
	     search->name);
	return false;
}

bool target_folder(const struct root *root, const struct target *target,
		   char folder[static CAPTURE_FOLDER_MAX],
		   char why[static TARGET_UNSEEN_MAX])
{
	struct search search = {
		.root = root, .target = target, .folder = folder, .why = why
	};

	folder[0] = why[0] = '\0';
	if (!target->block.name[0]) {
		snprintf(why, TARGET_UNSEEN_MAX, "%s", target->why);
		return false;
	}
	snprintf(search.name, sizeof(search.name), "%s (%s)", target->device,
		 target->block.name);
	search.mounts = mounts_read(root, MOUNTS_NOW);
	if (!search.mounts)
		tell(&search, "/proc/self/mountinfo cannot be read");
	else if (is_the_only_one(&search) && !look_at_mounts(&search) &&
		 !why[0])
		tell_unmounted(&search);
	mnt_unref_table(search.mounts);
	if (!search.best)
		return false;
	why[0] = '\0';
	return true;
}

/* udev may be behind; what nobody can read proves nothing. */
bool target_is_proven(const struct root *root, const struct target *target)
{
	struct block_tags now;

	return !root->is_live || (target->tags.uuid[0] &&
				  block_probe(root, &target->block, &now) &&
				  streq(now.uuid, target->tags.uuid));
}
