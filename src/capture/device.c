// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/device.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture/block.h"
#include "capture/capture.h"
#include "capture/child.h"
#include "capture/clock.h"
#include "capture/node.h"
#include "capture/say.h"
#include "capture/stack.h"
#include "capture/uevent.h"

#define EVENT_WAIT_MS	200
#define RESCAN_MS	1000
#define LOOK_MS		5000  /* a disk that does not answer by then waits */
#define DEAD_MS		20000 /* until it is asked again: it may start up */
#define PATHS_MS	15000 /* for the other paths to a disk */
#define DEAD_MAX	32
#define NAMES_MAX	2048
#define BTRFS_PARTS_MAX 64

struct search {
	struct root root;
	const char *prefix; /* of the names that come into question */
	char names[NAMES_MAX][32];
	size_t names_count;
	char dead[DEAD_MAX][32];
	uint64_t dead_until_ms[DEAD_MAX];
	size_t dead_count;
	struct block *seen; /* shared with the process that looks */
	uint8_t parts[BTRFS_PARTS_MAX][16];
	size_t parts_count;
	uint64_t parts_wanted;
};

static struct search search;

static void note_name(void *arg, const char *name)
{
	(void)arg;
	if (strlen(name) < sizeof(search.names[0]) && strncmp(name, "ram", 3) &&
	    strncmp(name, "zram", 4) &&
	    !strncmp(name, search.prefix, strlen(search.prefix)) &&
	    search.names_count < NAMES_MAX)
		strcpy(search.names[search.names_count++], name);
}

/* Its place among those that did not answer, or dead_count. */
static size_t place_of(const char *name)
{
	size_t i = 0;

	while (i < search.dead_count && strcmp(search.dead[i], name))
		i++;
	return i;
}

static bool is_dead(const char *name)
{
	size_t i = place_of(name);

	return i < search.dead_count && clock_ms() < search.dead_until_ms[i];
}

static void note_dead(const char *name)
{
	size_t i = place_of(name);

	if (i == search.dead_count) {
		say_event("the disk %s does not answer: it is passed over",
			  name);
		if (i == DEAD_MAX)
			return;
		strcpy(search.dead[search.dead_count++], name);
	}
	search.dead_until_ms[i] = clock_ms() + DEAD_MS;
}

/* A dead disk is waited for without end: only a process of its own looks. */
static bool look(const char *name)
{
	uint64_t end_ms = clock_ms() + LOOK_MS;
	pid_t pid, ended;
	int how;

	search.seen->is_target = false;
	pid = child_fork();
	if (pid < 0)
		return false;
	if (pid == 0) {
		block_look(&search.root, name, capture->conf.device,
			   search.seen);
		_exit(0);
	}
	while ((ended = child_ended(pid, &how)) == 0) {
		if (clock_ms() >= end_ms) {
			kill(pid, SIGKILL);
			note_dead(name);
			return false;
		}
		clock_sleep_ms(1);
	}
	return ended == pid && search.seen->is_target;
}

/* Two paths to one device of a btrfs are one device. */
static void note_part(const struct block *seen)
{
	for (size_t i = 0; i < search.parts_count; i++)
		if (!memcmp(search.parts[i], seen->btrfs_this, 16))
			return;
	if (search.parts_count < BTRFS_PARTS_MAX)
		memcpy(search.parts[search.parts_count++], seen->btrfs_this,
		       16);
}

static void take(const char *name)
{
	const struct block *seen = search.seen;
	char node[64];

	node_of(name, node, sizeof(node));
	if (seen->is_btrfs) {
		block_tell_btrfs(node);
		note_part(seen);
		search.parts_wanted = seen->btrfs_devices;
	} else if (capture->node[0] && strcmp(capture->node, node)) {
		say_event(
			"%s and %s both are %s: the first one is taken",
			strcmp(node, capture->node) < 0 ? node : capture->node,
			strcmp(node, capture->node) < 0 ? capture->node : node,
			capture->conf.device);
	}
	if (!capture->node[0] || strcmp(node, capture->node) < 0)
		strcpy(capture->node, node);
}

/* All devices once; true if the target is there, with all its parts. */
static bool scan(void)
{
	search.names_count = 0;
	search.parts_count = 0;
	capture->node[0] = '\0';
	if (root_list(&search.root, note_name, NULL, "sys/class/block"))
		return false;
	for (size_t i = 0; i < search.names_count; i++)
		if (!is_dead(search.names[i]) && look(search.names[i]))
			take(search.names[i]);
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

static int search_until(int events_fd, uint64_t begin_ms)
{
	const struct conf *conf = &capture->conf;
	uint64_t now, scanned_ms = 0;
	bool is_new = true, is_degraded, is_whole;

	for (;;) {
		now = clock_ms();
		is_degraded = now - begin_ms >= conf->limit_degraded * 1000;
		if (is_new || now - scanned_ms >= RESCAN_MS) {
			is_whole = stack_build(&search.root, is_degraded) ||
				   now - begin_ms >= PATHS_MS;
			scanned_ms = now;
			if (is_whole &&
			    (scan() || (is_degraded && lacks_parts())))
				return 0;
		}
		if (clock_ms() - begin_ms >= conf->limit_device * 1000)
			break;
		is_new = uevent_wait(events_fd, EVENT_WAIT_MS);
	}
	say_event("the target %s did not appear within %u s", conf->device,
		  (unsigned int)conf->limit_device);
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
	search.seen = mmap(NULL, sizeof(*search.seen), PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (search.seen == MAP_FAILED)
		return -ENOMEM;
	err = root_open(&search.root, "/");
	if (err)
		return err;
	search.prefix = stack_names();
	return search_until(uevent_open(), begin_ms);
}
