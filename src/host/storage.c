// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/storage.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "host/resolve.h"
#include "lib/disk_id.h"
#include "lib/macros.h"
#include "lib/names.h"

#define DEVICES "sys/devices/"
#define VIRTUAL DEVICES "virtual/"
#define BLOCK	VIRTUAL "block/"
#define NVME	VIRTUAL "nvme-subsystem/"

void storage_init(struct storage *storage)
{
	storage->why[0] = '\0';
	storage->drivers_count = storage->steps_count = 0;
	storage->programs = 0;
	storage->luks_count = 0;
	storage->has_plain_disk = false;
	storage->seen_count = 0;
}

#define refuse(storage, ...)                                                   \
	text_print_first((storage)->why, sizeof((storage)->why), __VA_ARGS__)

static bool starts(const char *text, const char *prefix)
{
	return !strncmp(text, prefix, strlen(prefix));
}

/* True the first time for each path, so that a circle of links ends. */
static bool is_new(struct storage *storage, const char *path)
{
	for (size_t i = 0; i < storage->seen_count; i++)
		if (streq(storage->seen[i], path))
			return false;
	if (storage->seen_count == STORAGE_SEEN_MAX) {
		refuse(storage, "lies on more than %d devices",
		       STORAGE_SEEN_MAX);
		return false;
	}
	snprintf(storage->seen[storage->seen_count++], BLOCK_PATH_MAX, "%s",
		 path);
	return true;
}

static void add_driver(struct storage *storage, const char *name)
{
	for (size_t i = 0; i < storage->drivers_count; i++)
		if (streq(storage->drivers[i], name))
			return;
	if (storage->drivers_count == STORAGE_NAMES_MAX)
		refuse(storage, "needs more than %d drivers",
		       STORAGE_NAMES_MAX);
	else if (strlen(name) < STORAGE_NAME_MAX)
		strcpy(storage->drivers[storage->drivers_count++], name);
}

__attribute__((format(printf, 2, 3))) static void
add_step(struct storage *storage, const char *format, ...)
{
	char *step = storage->steps[storage->steps_count];
	va_list args;
	int n;

	if (storage->steps_count == STORAGE_STEPS_MAX) {
		refuse(storage, "is put together in more than %d steps",
		       STORAGE_STEPS_MAX);
		return;
	}
	va_start(args, format);
	n = vsnprintf(step, STORAGE_STEP_MAX, format, args);
	va_end(args);
	if (n < 0 || n >= STORAGE_STEP_MAX)
		refuse(storage, "has a name that is too long");
	for (size_t i = 0; i < storage->steps_count; i++)
		if (streq(storage->steps[i], step))
			return;
	storage->steps_count++;
}

/* One line of sysfs without its newline; "" if it is not there. */
static void read_line(const struct root *root, char *out, size_t size,
		      const char *path, const char *name)
{
	if (root_read(root, out, size, "%s/%s", path, name) < 0)
		out[0] = '\0';
	out[strcspn(out, "\n")] = '\0';
}

#define PARTS_MAX 64

struct walk {
	const struct root *root;
	struct storage *storage;
	unsigned int depth;
	const char *whole; /* whose parts are looked at; NULL: the first */
	const struct walk *above;
	bool is_encrypted; /* what is above it */
};

#define DEPTH_MAX 24

static bool add_drivers_of(const struct walk *walk, const char *path);
static void add_block(const struct walk *walk, const char *path);

/* "supplier:platform:x": a device that must be there before this probes. */
static void add_suppliers(const struct walk *walk, const char *path)
{
	struct walk next = *walk;
	struct names names = { 0 };
	char supplier[BLOCK_PATH_MAX];

	if (++next.depth >= DEPTH_MAX)
		return;
	(void)!names_add(&names, walk->root, "", path);
	for (size_t i = 0; i < names.count; i++)
		if (starts(names.at[i], "supplier:") &&
		    !resolve(walk->root, supplier, sizeof(supplier),
			     "%s/%s/supplier", path, names.at[i]))
			add_drivers_of(&next, supplier);
	names_free(&names);
}

/* true if the device has a driver; one that is built in has no module. */
static bool add_driver_of(const struct walk *walk, const char *path)
{
	char name[STORAGE_NAME_MAX];

	add_suppliers(walk, path);
	if (!root_exists(walk->root, "%s/driver", path))
		return false;
	if (!root_link_name(walk->root, name, sizeof(name), "%s/driver/module",
			    path))
		add_driver(walk->storage, name);
	/* mmc's block driver is a module, but its bus does not tell */
	if (!root_link_name(walk->root, name, sizeof(name), "%s/driver",
			    path) &&
	    streq(name, "mmcblk"))
		add_driver(walk->storage, "mmc_block");
	return true;
}

/* All devices on the way, from the bus down: parents probe first. */
static bool add_drivers_of(const struct walk *walk, const char *path)
{
	char at[BLOCK_PATH_MAX];
	bool found = false;

	if (!starts(path, DEVICES))
		return false;
	for (size_t len = strlen(DEVICES); len <= strlen(path); len++) {
		if (path[len] && path[len] != '/')
			continue;
		snprintf(at, sizeof(at), "%.*s", (int)len, path);
		if (is_new(walk->storage, at))
			found |= add_driver_of(walk, at);
		else
			found |= root_exists(walk->root, "%s/driver", at);
	}
	return found;
}

/* .../session1/target3:0:0/...: the kernel's name for iSCSI. */
static bool is_over_network(const char *path)
{
	for (const char *at = path; (at = strstr(at, "/session")); at++)
		if (isdigit((unsigned char)at[strlen("/session")]))
			return true;
	return false;
}

static void add_hardware(const struct walk *walk, const char *path)
{
	char handler[STORAGE_NAME_MAX], module[STORAGE_NAME_MAX + 8];

	walk->storage->has_plain_disk |= !walk->is_encrypted;
	if (is_over_network(path)) {
		refuse(walk->storage, "lies on a disk over the network, which "
				      "nothing brings up");
		return;
	}
	if (!starts(path, DEVICES) || starts(path, VIRTUAL) ||
	    !add_drivers_of(walk, path)) {
		refuse(walk->storage, "has no driver that brings it up (over "
				      "the network, a loop, bcache)");
		return;
	}
	read_line(walk->root, handler, sizeof(handler), path,
		  "device/dh_state");
	if (!handler[0] || streq(handler, "detached"))
		return;
	snprintf(module, sizeof(module), "scsi_dh_%s", handler);
	add_driver(walk->storage, module);
}

static bool lies_on_itself(const struct walk *walk, const char *whole)
{
	for (; walk; walk = walk->above)
		if (walk->whole && streq(walk->whole, whole))
			return true;
	return false;
}

/* false: there are none, one is not there, or they were added already. */
static bool add_parts(const struct walk *walk, const char *whole)
{
	char folder[BLOCK_PATH_MAX], path[BLOCK_PATH_MAX];
	struct walk next = *walk;
	struct names names = { 0 };

	if (lies_on_itself(walk, whole))
		refuse(walk->storage, "lies on %s, which lies on itself",
		       strrchr(whole, '/') + 1);
	snprintf(folder, sizeof(folder), "%s/slaves", whole);
	if (walk->storage->why[0])
		return false;
	if (!is_new(walk->storage, folder)) {
		/* the first way to its disks may have been an encrypted one */
		walk->storage->has_plain_disk |= !walk->is_encrypted;
		return false;
	}
	next.depth++;
	next.whole = whole;
	next.above = walk;
	(void)!names_add(&names, walk->root, "", folder);
	if (!names.count || names.count > PARTS_MAX)
		refuse(walk->storage, "lies on %s, which has %zu parts",
		       strrchr(whole, '/') + 1, names.count);
	for (size_t i = 0; i < names.count && !walk->storage->why[0]; i++) {
		if (resolve(walk->root, path, sizeof(path), "%s/%s", folder,
			    names.at[i]))
			refuse(walk->storage, "lies on %s, which is not there",
			       names.at[i]);
		else
			add_block(&next, path);
	}
	names_free(&names);
	return !walk->storage->why[0];
}

/* How many parts it lies on, and the place of the first in sysfs; 0: none. */
static size_t find_first_part(const struct walk *walk, const char *path,
			      char *out, size_t size)
{
	char folder[BLOCK_PATH_MAX];
	struct names names = { 0 };
	size_t count;

	snprintf(folder, sizeof(folder), "%s/slaves", path);
	(void)!names_add(&names, walk->root, "", folder);
	count = names.count;
	if (count &&
	    resolve(walk->root, out, size, "%s/%s", folder, names.at[0]))
		count = 0;
	names_free(&names);
	return count;
}

/* All paths of one disk say the same WWID; blanks in it are written as "_". */
static void add_multipath(const struct walk *walk, const char *path,
			  const char *name)
{
	char slave[BLOCK_PATH_MAX], wwid[DISK_ID_MAX], sectors[24];
	char handler[STORAGE_NAME_MAX];
	size_t paths = find_first_part(walk, path, slave, sizeof(slave));

	if (!paths)
		return;
	read_line(walk->root, sectors, sizeof(sectors), path, "size");
	read_line(walk->root, handler, sizeof(handler), slave,
		  "device/dh_state");
	if (!disk_id(walk->root, slave, wwid))
		return refuse(walk->storage, "lies on paths that do not say "
					     "which disk they lead to");
	if (!handler[0] || streq(handler, "detached"))
		strcpy(handler, "0");
	add_step(walk->storage, "multipath %s %s %s%s %s %zu", name, sectors,
		 !streq(handler, "0") ? "1," : "", handler, wwid, paths);
	add_driver(walk->storage, "dm_multipath");
	add_driver(walk->storage, "dm_round_robin");
}

/* kpartx makes partitions of a multipath map: the kernel makes none. */
static void add_partition(const struct walk *walk, const char *path,
			  const char *name)
{
	char slave[BLOCK_PATH_MAX], parent[BLOCK_TAG_MAX], sectors[24];
	struct block block;
	struct block_tags tags;

	if (!find_first_part(walk, path, slave, sizeof(slave)))
		return;
	read_line(walk->root, parent, sizeof(parent), slave, "dm/name");
	read_line(walk->root, sectors, sizeof(sectors), path, "size");
	if (!parent[0] ||
	    block_by_name(walk->root, strrchr(path, '/') + 1, &block) ||
	    !block_tags(walk->root, &block, &tags) || !tags.part_start[0])
		return refuse(walk->storage,
			      "is a partition of a multipath device of which "
			      "udev does not say where it begins");
	add_step(walk->storage, "partition %s %s %s %s", name, parent,
		 tags.part_start, sectors);
}

/* "vg--1-root" is root of vg-1. */
static void add_lvm(const struct walk *walk, const char *name)
{
	char group[BLOCK_TAG_MAX];
	size_t len = 0;

	for (; *name && (name[0] != '-' || name[1] == '-'); name++) {
		if (*name == '-')
			name++;
		group[len++] = *name;
	}
	group[len] = '\0';
	add_step(walk->storage, "lvm %s", group);
	walk->storage->programs |= STORAGE_LVM;
}

/* "CRYPT-LUKS2-0123...-NAME": is that the UUID, which has dashes? */
static bool is_luks_uuid(const char *mapped, const char *uuid)
{
	mapped += strlen("CRYPT-LUKS1-");
	for (; *uuid; uuid++)
		if (*uuid != '-' && *uuid != *mapped++)
			return false;
	return *mapped == '-';
}

static void note_luks(struct storage *storage, const char *uuid,
		      const char *node, const char *mapped)
{
	struct storage_luks *luks = &storage->luks[storage->luks_count];

	for (size_t i = 0; i < storage->luks_count; i++)
		if (streq(storage->luks[i].uuid, uuid))
			return;
	if (storage->luks_count == STORAGE_LUKS_MAX)
		return refuse(storage, "lies on more than %d encrypted devices",
			      STORAGE_LUKS_MAX);
	snprintf(luks->uuid, sizeof(luks->uuid), "%s", uuid);
	snprintf(luks->node, sizeof(luks->node), "%s", node);
	snprintf(luks->mapped, sizeof(luks->mapped), "%s", mapped);
	storage->luks_count++;
}

/*
 * A disk of a RAID 1 with metadata 1.0 shows the same header, and so does each
 * path of a multipath device. Opened there, it would be written to behind the
 * back of the whole.
 */
static const char *prefix_of(const char *node)
{
	return starts(node, "md") ? " md" : starts(node, "dm-") ? " dm-" : "";
}

/* The header has to be where the data is: nothing tells where it is else. */
static void add_luks(const struct walk *walk, const char *path,
		     const char *name, const char *mapped)
{
	char slave[BLOCK_PATH_MAX];
	struct walk next = *walk;
	struct block block;
	struct block_tags tags;

	next.is_encrypted = true;
	if (!add_parts(&next, path))
		return;
	if (find_first_part(walk, path, slave, sizeof(slave)) != 1 ||
	    block_by_name(walk->root, strrchr(slave, '/') + 1, &block) ||
	    !block_tags(walk->root, &block, &tags) ||
	    !streq(tags.type, "crypto_LUKS") ||
	    !is_luks_uuid(mapped, tags.uuid))
		return refuse(walk->storage,
			      "lies on the encrypted device %s, whose LUKS "
			      "header is not on it (a detached header)",
			      name);
	note_luks(walk->storage, tags.uuid, block.name, name);
	add_step(walk->storage, "luks %s %s%s", tags.uuid, name,
		 prefix_of(block.name));
	walk->storage->programs |= STORAGE_CRYPTSETUP;
}

/* What cryptsetup puts below a LUKS device while it encrypts it anew. */
static bool is_of_reencryption(const char *name)
{
	return text_ends(name, "-overlay") ||
	       text_ends(name, "-hotzone-forward") ||
	       text_ends(name, "-hotzone-backward");
}

/* Of cryptsetup, and not a LUKS device. */
static void refuse_crypt(struct storage *storage, const char *uuid,
			 const char *name)
{
	if (is_of_reencryption(name))
		refuse(storage, "lies on an encrypted device that is being "
				"encrypted anew (cryptsetup reencrypt), which "
				"nothing here opens until that is done");
	else if (starts(uuid, "CRYPT-SUBDEV-"))
		refuse(storage, "lies on LUKS with integrity protection "
				"(dm-integrity), which nothing here puts "
				"together");
	else if (starts(uuid, "CRYPT-INTEGRITY-"))
		refuse(storage, "lies on a device with integrity protection "
				"(dm-integrity), which nothing here puts "
				"together");
	else if (starts(uuid, "CRYPT-VERITY-"))
		refuse(storage, "lies on a device that cannot be written to "
				"(dm-verity)");
	else
		refuse(storage, "lies on an encrypted device that is not LUKS, "
				"which nobody can open after a crash");
}

static void add_mapped(const struct walk *walk, const char *path)
{
	char uuid[BLOCK_TAG_MAX + 64], name[BLOCK_TAG_MAX];

	read_line(walk->root, uuid, sizeof(uuid), path, "dm/uuid");
	read_line(walk->root, name, sizeof(name), path, "dm/name");
	if (starts(uuid, "CRYPT-LUKS2-OPAL-"))
		refuse(walk->storage,
		       "lies on the encrypted device %s, whose drive encrypts "
		       "(LUKS2 with OPAL), which nothing here opens after a "
		       "crash",
		       name);
	else if (starts(uuid, "CRYPT-LUKS1-") || starts(uuid, "CRYPT-LUKS2-"))
		add_luks(walk, path, name, uuid);
	else if (starts(uuid, "CRYPT-"))
		refuse_crypt(walk->storage, uuid, name);
	else if (!starts(uuid, "LVM-") && !starts(uuid, "mpath-") &&
		 !starts(uuid, "part"))
		refuse(walk->storage,
		       "lies on %s, a mapped device that nothing here puts "
		       "together",
		       name[0] ? name : path + strlen(BLOCK));
	else if (!add_parts(walk, path))
		return;
	else if (starts(uuid, "LVM-"))
		add_lvm(walk, name);
	else if (starts(uuid, "mpath-"))
		add_multipath(walk, path, name);
	else
		add_partition(walk, path, name);
}

static void add_raid(const struct walk *walk, const char *path)
{
	char whole[BLOCK_PATH_MAX], metadata[64];
	char *end;

	snprintf(whole, sizeof(whole), "%s", path);
	end = strchr(whole + strlen(BLOCK), '/'); /* a partition of it */
	if (end)
		*end = '\0';
	read_line(walk->root, metadata, sizeof(metadata), whole,
		  "md/metadata_version");
	if (!add_parts(walk, whole))
		return;
	add_step(walk->storage, "mdraid");
	walk->storage->programs |= STORAGE_MDADM;
	if (starts(metadata, "external:"))
		walk->storage->programs |= STORAGE_MDMON;
}

/* NVMe's own multipath: the disk is its subsystem's, the controllers' are
 * links. */
static void add_nvme(const struct walk *walk, const char *path)
{
	char subsystem[BLOCK_PATH_MAX], controller[BLOCK_PATH_MAX];
	struct names names = { 0 };
	const char *end = strchr(path + strlen(NVME), '/');
	unsigned int controllers = 0;

	snprintf(subsystem, sizeof(subsystem), "%.*s",
		 (int)(end ? (size_t)(end - path) : strlen(path)), path);
	(void)!names_add(&names, walk->root, "", subsystem);
	for (size_t i = 0; i < names.count; i++) {
		if (!starts(names.at[i], "nvme") ||
		    resolve(walk->root, controller, sizeof(controller), "%s/%s",
			    subsystem, names.at[i]) ||
		    starts(controller, subsystem))
			continue;
		controllers++;
		add_hardware(walk, controller);
	}
	names_free(&names);
	if (!controllers)
		refuse(walk->storage, "lies on an NVMe subsystem that has no "
				      "controllers");
}

static void add_block(const struct walk *walk, const char *path)
{
	if (walk->depth == DEPTH_MAX)
		refuse(walk->storage, "lies on too many layers");
	else if (walk->storage->why[0])
		return;
	else if (starts(path, BLOCK "dm-"))
		add_mapped(walk, path);
	else if (starts(path, BLOCK "md"))
		add_raid(walk, path);
	else if (starts(path, NVME))
		add_nvme(walk, path);
	else
		add_hardware(walk, path);
}

void storage_add(const struct root *root, const struct block *block,
		 struct storage *storage)
{
	struct walk walk = { .root = root, .storage = storage };

	add_block(&walk, block->path);
}

void storage_add_device(const struct root *root, const char *path,
			struct storage *storage)
{
	struct walk walk = { .root = root, .storage = storage };

	add_drivers_of(&walk, path);
}
