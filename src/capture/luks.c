// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/luks.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "capture/look.h"
#include "capture/mapper.h"
#include "capture/node.h"
#include "capture/program.h"
#include "capture/say.h"
#include "lib/clock.h"

#define DEVICES_MAX  24 /* as many steps the host lets a target have */
#define UUID_BYTES   40
#define NAME_BYTES   128
#define PREFIX_BYTES 16
#define OPEN_LIMIT_S 60
#define PAUSE_MS     2000
#define CONFIGFS     "/sys/kernel/config"
/* cryptsetup's exit status: the key does not fit. */
#define STATUS_NO_RIGHT 2

/* A device that could not be opened, and when it may be tried again. */
struct refused {
	char uuid[UUID_BYTES];
	uint64_t until_ms;
};

static bool is_mapped;

static void take_first(void *arg, const char *name, const struct block *seen)
{
	char *node = arg;

	(void)seen;
	if (!node[0])
		node_of(name, node, 64);
}

/* The entry of this device, which may be a new one; NULL: the list is full. */
static struct refused *find_refused(const char *uuid)
{
	static struct refused refused[DEVICES_MAX];

	for (size_t i = 0; i < DEVICES_MAX; i++) {
		if (!refused[i].uuid[0])
			strcpy(refused[i].uuid, uuid);
		if (!strcmp(refused[i].uuid, uuid))
			return &refused[i];
	}
	return NULL;
}

static void complain(struct refused *refused, const char *slot, int status,
		     const struct tail *tail)
{
	if (!refused->until_ms) {
		say_event("the LUKS device %s cannot be opened by its key slot "
			  "%s: cryptsetup ended with %d",
			  refused->uuid, slot, status);
		say_tail(tail, 4);
	}
	refused->until_ms =
		status == STATUS_NO_RIGHT || status == PROGRAM_NOT_FOUND
			? UINT64_MAX
			: clock_ms() + PAUSE_MS;
}

static bool open_node(struct refused *refused, const char *slot,
		      const char *node, const char *name)
{
	char key[128];
	static struct tail tail;
	const char *const argv[] = { "cryptsetup", "luksOpen",	 "--key-file",
				     key,	   "--key-slot", slot,
				     node,	   name,	 NULL };
	const struct program program = { .argv = argv,
					 .limit_s = OPEN_LIMIT_S,
					 .fn = say_tail_line,
					 .arg = &tail };
	int status;

	snprintf(key, sizeof(key), "/var/lib/kdump-dma/unlock-%s.key",
		 refused->uuid);
	tail.count = 0;
	status = program_run(&program);
	if (status)
		complain(refused, slot, status, &tail);
	return status == 0;
}

/* Where the device is; false: it is not there yet, or was given up. */
static bool find_node(const struct root *root, const char *uuid,
		      const char *prefix, char *node)
{
	struct refused *refused = find_refused(uuid);
	char what[UUID_BYTES + 8];

	node[0] = '\0';
	if (!refused || clock_ms() < refused->until_ms)
		return false;
	snprintf(what, sizeof(what), "LUKS=%s", uuid);
	return !look_all(root, prefix, what, take_first, node) && node[0];
}

bool luks_open(const struct root *root, struct text line)
{
	char uuid[UUID_BYTES], slot[8], name[NAME_BYTES], node[64];
	char path[NAME_BYTES + 16], prefix[PREFIX_BYTES];

	if (!text_take_word(&line, uuid, sizeof(uuid)) ||
	    !text_take_word(&line, slot, sizeof(slot)) ||
	    !text_take_word(&line, name, sizeof(name)))
		return false;
	if (!text_take_word(&line, prefix, sizeof(prefix)))
		prefix[0] = '\0'; /* any device */
	snprintf(path, sizeof(path), "/dev/mapper/%s", name);
	if (access(path, F_OK) == 0)
		return true;
	return find_node(root, uuid, prefix, node) &&
	       open_node(find_refused(uuid), slot, node, name);
}

/* The kernel puts the keys into root's keyring when it is told to. */
static void take_keys(void)
{
	static bool did;
	int fd;

	if (did)
		return;
	did = true;
	mount("configfs", CONFIGFS, "configfs", MS_NOSUID | MS_NOEXEC, "");
	fd = open(CONFIGFS "/crash_dm_crypt_keys/restore",
		  O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "1", 1) != 1)
		say_event("the keys of encrypted disks were not handed over: "
			  "%s",
			  strerror(errno));
	if (fd >= 0)
		close(fd);
}

/* As cryptsetup has it: CRYPT-LUKS2-, the UUID without dashes, -NAME. */
static void name_map(const char *uuid, const char *name, char *out)
{
	out += sprintf(out, "CRYPT-LUKS2-");
	for (; *uuid; uuid++)
		if (*uuid != '-')
			*out++ = *uuid;
	sprintf(out, "-%s", name);
}

bool luks_map(const struct root *root, struct text line)
{
	char uuid[UUID_BYTES], name[NAME_BYTES], prefix[PREFIX_BYTES], node[64];
	char mapped[UUID_BYTES + NAME_BYTES + 16];
	struct refused *refused;
	int err;

	if (!text_take_word(&line, uuid, sizeof(uuid)) ||
	    !text_take_word(&line, name, sizeof(name)) ||
	    !text_take_word(&line, prefix, sizeof(prefix)))
		return false;
	if (mapper_has(root, name))
		return true;
	if (!find_node(root, uuid, prefix[0] == '-' ? "" : prefix, node))
		return false;
	take_keys();
	name_map(uuid, name, mapped);
	err = mapper_crypt(root, name, mapped, node, line);
	is_mapped |= !err;
	if (!err)
		return true;
	refused = find_refused(uuid);
	if (!refused->until_ms)
		say_event("the LUKS device %s cannot be opened by the key that "
			  "the kernel hands over: %s",
			  uuid, strerror(-err));
	refused->until_ms = clock_ms() + PAUSE_MS;
	return false;
}

bool luks_is_mapped(void)
{
	return is_mapped;
}
