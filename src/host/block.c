// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/block.h"

#include <blkid/blkid.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "host/resolve.h"
#include "lib/macros.h"

#define UDEV_BYTES_MAX 65536

static int read_number(const struct root *root, struct block *block)
{
	char text[32];
	struct text rest, part;
	uint64_t major_number, minor_number;

	if (root_read(root, text, sizeof(text), "%s/dev", block->path) <= 0)
		return -ENODEV;
	text[strcspn(text, "\n")] = '\0';
	rest = text_of(text);
	if (!text_split(&rest, ':', &part) ||
	    text_number(part, 10, &major_number) ||
	    text_number(rest, 10, &minor_number) || major_number > UINT_MAX ||
	    minor_number > UINT_MAX)
		return -ENODEV;
	block->major = (unsigned int)major_number;
	block->minor = (unsigned int)minor_number;
	return 0;
}

/* path is that of a device; its last part is the kernel's name. */
static int fill(const struct root *root, struct block *out)
{
	const char *name = strrchr(out->path, '/');

	if (!name || strlen(name + 1) >= sizeof(out->name))
		return -ENODEV;
	strcpy(out->name, name + 1);
	return read_number(root, out);
}

int block_by_number(const struct root *root, unsigned int major,
		    unsigned int minor, struct block *out)
{
	if (resolve(root, out->path, sizeof(out->path), "sys/dev/block/%u:%u",
		    major, minor))
		return -ENODEV;
	return fill(root, out);
}

int block_by_name(const struct root *root, const char *name, struct block *out)
{
	/* sysfs has "!" where a name has "/" (cciss!c0d0) */
	if (strchr(name, '/') || resolve(root, out->path, sizeof(out->path),
					 "sys/class/block/%s", name))
		return -ENODEV;
	return fill(root, out);
}

struct by_dm_name {
	const struct root *root;
	const char *wanted;
	struct block *out;
	bool found;
};

static void is_dm_name(void *arg, const char *name)
{
	struct by_dm_name *search = arg;
	char dm_name[BLOCK_TAG_MAX];
	ssize_t len = root_read(search->root, dm_name, sizeof(dm_name),
				"sys/class/block/%s/dm/name", name);

	if (search->found || len <= 0)
		return;
	dm_name[strcspn(dm_name, "\n")] = '\0';
	search->found = streq(dm_name, search->wanted) &&
			!block_by_name(search->root, name, search->out);
}

/* The node itself says its number; in a snapshot only its name is left. */
int block_by_node(const struct root *root, const char *node, struct block *out)
{
	char path[BLOCK_PATH_MAX];
	const char *name;
	struct by_dm_name search = { root, NULL, out, false };
	struct stat st;
	int fd = root_openat(root, O_PATH, "%s", node + (node[0] == '/'));

	if (fd >= 0) {
		bool is_node = !fstat(fd, &st) && S_ISBLK(st.st_mode);

		close(fd);
		if (is_node)
			return block_by_number(root, major(st.st_rdev),
					       minor(st.st_rdev), out);
	}
	if (resolve(root, path, sizeof(path), "%s", node + (node[0] == '/')))
		snprintf(path, sizeof(path), "%s", node);
	name = strrchr(path, '/');
	name = name ? name + 1 : path;
	if (!block_by_name(root, name, out))
		return 0;
	search.wanted = name;
	(void)!root_list(root, is_dm_name, &search, "sys/class/block");
	return search.found ? 0 : -ENODEV;
}

/* udev writes what a name of a device may not have as "\x2f". */
static void decode(char *text)
{
	uint64_t byte;
	char *to = text;

	for (; *text; to++) {
		if (!strncmp(text, "\\x", 2) && strlen(text) >= 4 &&
		    !text_number((struct text){ text + 2, 2 }, 16, &byte) &&
		    byte >= ' ' && byte < 0x7f) {
			*to = (char)byte;
			text += 4;
		} else {
			*to = *text++;
		}
	}
	*to = '\0';
}

/* udev's database has "E:KEY=VALUE" lines. */
static void udev_line(void *arg, const struct line *line)
{
	static const struct {
		const char *key;
		size_t at, size;
	} keys[] = {
#define TAG(key, field)                                                        \
	{ key, offsetof(struct block_tags, field),                             \
	  sizeof(((struct block_tags *)0)->field) }
		TAG("E:ID_FS_TYPE=", type),
		TAG("E:ID_FS_UUID=", uuid),
		TAG("E:ID_FS_UUID_SUB=", uuid_sub),
		TAG("E:ID_FS_LABEL_ENC=", label),
		TAG("E:ID_PART_ENTRY_UUID=", partuuid),
		TAG("E:ID_PART_ENTRY_NAME=", partlabel),
		TAG("E:ID_PART_ENTRY_OFFSET=", part_start),
#undef TAG
	};
	char *tags = arg;

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		struct text text = line->text;

		if (!text_skip(&text, keys[i].key) || text.len >= keys[i].size)
			continue;
		text_copy(text, tags + keys[i].at, keys[i].size);
		decode(tags + keys[i].at);
	}
}

static void copy_value(blkid_probe probe, const char *name, char *out,
		       size_t size)
{
	const char *value;
	size_t len;

	if (!blkid_probe_lookup_value(probe, name, &value, &len))
		text_copy(text_of(value), out, size);
}

static bool probe_values(blkid_probe probe, struct block_tags *out)
{
	blkid_probe_enable_superblocks(probe, 1);
	blkid_probe_set_superblocks_flags(
		probe, BLKID_SUBLKS_DEFAULT | BLKID_SUBLKS_TYPE |
			       BLKID_SUBLKS_UUID | BLKID_SUBLKS_LABEL);
	if (blkid_do_safeprobe(probe))
		return false;
	copy_value(probe, "TYPE", out->type, sizeof(out->type));
	copy_value(probe, "UUID", out->uuid, sizeof(out->uuid));
	copy_value(probe, "UUID_SUB", out->uuid_sub, sizeof(out->uuid_sub));
	copy_value(probe, "LABEL", out->label, sizeof(out->label));
	copy_value(probe, "EXT_JOURNAL", out->journal, sizeof(out->journal));
	return true;
}

bool block_probe(const struct root *root, const struct block *block,
		 struct block_tags *out)
{
	blkid_probe probe = blkid_new_probe();
	int fd = resolve_open_block(root, block->name, block->major,
				    block->minor);

	out->probed = probe && fd >= 0 &&
		      !blkid_probe_set_device(probe, fd, 0, 0) &&
		      probe_values(probe, out);
	blkid_free_probe(probe);
	if (fd >= 0)
		close(fd);
	return out->probed;
}

bool block_tags(const struct root *root, const struct block *block,
		struct block_tags *out)
{
	*out = (struct block_tags){ 0 };
	if (!root_lines(root, UDEV_BYTES_MAX, udev_line, out,
			"run/udev/data/b%u:%u", block->major, block->minor) &&
	    (out->type[0] || out->partuuid[0]))
		return true;
	return block_probe(root, block, out);
}

struct by_tag {
	const struct root *root;
	const char *key, *value;
	struct block *out;
	unsigned int count;
	bool have_member; /* out is one, and nothing better was found */
};

static bool has_tag(const struct block_tags *tags, const char *key,
		    const char *value)
{
	const struct {
		const char *key, *value;
	} known[] = {
		{ "UUID", tags->uuid },
		{ "LABEL", tags->label },
		{ "PARTUUID", tags->partuuid },
		{ "PARTLABEL", tags->partlabel },
	};

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (streq(key, known[i].key))
			return known[i].value[0] &&
			       streq(known[i].value, value);
	return false;
}

/* A part of a RAID or of multipath has the tag of the whole. */
static bool is_member(const struct block_tags *tags)
{
	return text_ends(tags->type, "_member");
}

static void is_tagged(void *arg, const char *name)
{
	struct by_tag *search = arg;
	struct block block;
	struct block_tags tags;
	bool again;

	if (block_by_name(search->root, name, &block) ||
	    !block_tags(search->root, &block, &tags) ||
	    !has_tag(&tags, search->key, search->value))
		return;
	if (is_member(&tags)) {
		if (!search->count)
			*search->out = block;
		search->have_member = true;
		return;
	}
	/* All devices of a btrfs have its UUID: take the first by name. */
	again = search->count && streq(tags.type, "btrfs");
	if (!again)
		search->count++;
	if (!again || strcmp(block.name, search->out->name) < 0)
		*search->out = block;
}

int block_by_tag(const struct root *root, const char *tag, struct block *out)
{
	char key[16] = "";
	const char *value = strchr(tag, '=');
	struct by_tag search = { root, key, NULL, out, 0, false };

	if (!value || (size_t)(value - tag) >= sizeof(key))
		return -ENODEV;
	memcpy(key, tag, (size_t)(value - tag));
	search.value = value + 1;
	(void)!root_list(root, is_tagged, &search, "sys/class/block");
	if (!search.count && !search.have_member)
		return -ENODEV;
	return search.count <= 1 ? 0 : -EEXIST;
}

struct twins {
	const struct root *root;
	const struct block_tags *tags;
	unsigned int count;
};

static void is_twin(void *arg, const char *name)
{
	struct twins *twins = arg;
	struct block block;
	struct block_tags tags;

	twins->count += !block_by_name(twins->root, name, &block) &&
			block_tags(twins->root, &block, &tags) &&
			!is_member(&tags) && tags.uuid[0] &&
			streq(tags.uuid, twins->tags->uuid) &&
			streq(tags.uuid_sub, twins->tags->uuid_sub);
}

bool block_has_twin(const struct root *root, const struct block_tags *tags)
{
	struct twins twins = { root, tags, 0 };

	(void)!root_list(root, is_twin, &twins, "sys/class/block");
	return twins.count > 1;
}
