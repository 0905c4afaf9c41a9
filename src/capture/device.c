// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/device.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "capture/block.h"
#include "capture/capture.h"
#include "capture/look.h"
#include "capture/luks.h"
#include "capture/node.h"
#include "capture/say.h"
#include "capture/stack.h"
#include "capture/uevent.h"
#include "lib/clock.h"
#include "lib/disk_id.h"

#define EVENT_WAIT_MS	200
#define RESCAN_MS	1000
#define PATHS_MS	15000 /* to wait for the other paths to a disk */
#define BTRFS_PARTS_MAX 256
#define ANOTHER_S	5 /* to wait for another device with the same UUID */

struct search {
	struct root root;
	/*
	 * What block_look() looks for: the configuration's device, or, if a
	 * file system of several devices is on that, its UUID.
	 */
	char device[sizeof(((struct conf *)0)->device)];
	const char *prefix; /* of the names in sysfs that are looked at */
	int rank;	    /* rank_of() the node that was found */
	char twin[64];	    /* another node that has the target on it */
	uint8_t parts[BTRFS_PARTS_MAX][16];
	size_t parts_count;
	uint64_t parts_wanted;
	uint8_t parts_uuid[16];
};

static struct search search;

/* Count a device of a btrfs once, also if two paths lead to it. */
static void note_part(const struct block *seen)
{
	for (size_t i = 0; i < search.parts_count; i++)
		if (!memcmp(search.parts[i], seen->btrfs_this, 16))
			return;
	if (search.parts_count < BTRFS_PARTS_MAX)
		memcpy(search.parts[search.parts_count++], seen->btrfs_this,
		       16);
}

static bool was_tried(const char *node)
{
	for (uint32_t i = 0; i < capture->tried_count; i++)
		if (!strcmp(capture->tried[i], node))
			return true;
	return false;
}

/*
 * Which of several devices to take, the best first: one on the disk that is
 * meant, one on a disk without a name, one on another disk.
 */
static int rank_of(const char *name)
{
	const char *meant = capture->conf.disk;
	char folder[64], id[DISK_ID_MAX];

	snprintf(folder, sizeof(folder), "sys/class/block/%s", name);
	if (!meant[0] || !disk_id(&search.root, folder, id))
		return 1;
	return strcmp(id, meant) ? 0 : 2;
}

static void take(void *arg, const char *name, const struct block *seen)
{
	char node[64], other[64];
	int rank;

	(void)arg;
	node_of(name, node, sizeof(node));
	/* Another device of a btrfs that was tried is the same file system. */
	if (capture->tried_count && (seen->is_btrfs || was_tried(node)))
		return;
	if (seen->is_btrfs) {
		block_tell_btrfs(node);
		note_part(seen);
		search.parts_wanted = seen->btrfs_devices;
		memcpy(search.parts_uuid, seen->btrfs_uuid, 16);
	}
	rank = rank_of(name);
	strcpy(other, capture->node);
	if (!other[0] || rank > search.rank ||
	    (rank == search.rank && strcmp(node, other) < 0)) {
		search.rank = rank;
		strcpy(capture->node, node);
	}
	if (other[0] && !seen->is_btrfs)
		strcpy(search.twin, strcmp(capture->node, node) ? node : other);
}

/*
 * From now on look for the UUID of a btrfs: all its devices have it, whatever
 * the first was found by.
 */
static bool look_for_others(void)
{
	char uuid[33];

	if (search.parts_wanted <= 1 || !strncmp(search.device, "UUID=", 5))
		return false;
	block_uuid_text(search.parts_uuid, uuid);
	snprintf(search.device, sizeof(search.device), "UUID=%s", uuid);
	return true;
}

/* Look at all devices once. true: the target is there, with all its parts. */
static bool scan(void)
{
	search.parts_wanted = 0;
	search.parts_count = 0;
	capture->node[0] = '\0';
	search.twin[0] = '\0';
	if (look_all(&search.root, search.prefix, search.device, take, NULL))
		return false;
	if (look_for_others())
		return scan();
	return capture->node[0] != '\0' &&
	       (search.parts_count == 0 ||
		search.parts_count >= search.parts_wanted);
}

static bool lacks_parts(void)
{
	if (!capture->node[0] || search.parts_count == 0)
		return false;
	capture->lacks_members = true;
	say_event("a device of the target %s did not come: it is mounted "
		  "without it",
		  capture->conf.device);
	return true;
}

/* True while the disk that is meant may still come after a copy of it. */
static bool may_come(uint64_t gone_ms)
{
	return search.rank == 0 && !capture->tried_count &&
	       gone_ms < ANOTHER_S * 1000 &&
	       gone_ms < capture->conf.limit_device * 500;
}

static bool is_there(uint64_t gone_ms, bool is_degraded)
{
	if (!scan())
		return is_degraded && lacks_parts();
	if (may_come(gone_ms))
		return false;
	if (search.twin[0])
		say_event("%s and %s both are %s: %s is taken", search.twin,
			  capture->node, capture->conf.device, capture->node);
	if (search.rank == 0)
		say_event("%s is on another disk than when the image was built",
			  capture->conf.device);
	return true;
}

static int search_until(int events_fd, uint64_t begin_ms)
{
	const struct conf *conf = &capture->conf;
	uint64_t limit_s =
		capture->tried_count ? ANOTHER_S : conf->limit_device;
	uint64_t now, scanned_ms = 0;
	bool is_new = true, is_degraded, is_whole;

	for (;;) {
		now = clock_ms();
		is_degraded = now - begin_ms >= conf->limit_degraded * 1000;
		if (is_new || now - scanned_ms >= RESCAN_MS) {
			is_whole = stack_build(&search.root, is_degraded) ||
				   now - begin_ms >= PATHS_MS;
			scanned_ms = now;
			if (is_whole && is_there(now - begin_ms, is_degraded))
				return 0;
		}
		if (clock_ms() - begin_ms >= limit_s * 1000)
			break;
		is_new = uevent_wait(events_fd, EVENT_WAIT_MS);
	}
	if (!capture->tried_count)
		say_event("the target %s did not appear within %u s%s",
			  conf->device, (unsigned int)limit_s,
			  luks_is_mapped() ? ": the key that the kernel handed "
					     "over may be another one"
					   : "");
	return -ETIMEDOUT;
}

int device_wait(void)
{
	uint64_t begin_ms = clock_ms();
	int err;

	if (!capture->conf.device[0]) {
		say_event("the configuration names no target");
		return -EINVAL;
	}
	err = look_begin();
	if (!err)
		err = root_open(&search.root, "/");
	if (err)
		return err;
	strcpy(search.device, capture->conf.device);
	search.prefix = stack_names();
	return search_until(uevent_open(), begin_ms);
}
