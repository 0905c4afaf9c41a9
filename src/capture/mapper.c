// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/mapper.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "capture/say.h"
#include "lib/disk_id.h"

#define WORD_BYTES   128
#define PATHS_MAX    64
#define TABLE_BYTES  2048
#define DEVNUM_BYTES 16

/* The argument of an ioctl: the header, one target and its parameters. */
struct request {
	struct dm_ioctl dm;
	struct dm_target_spec target;
	char parameters[TABLE_BYTES];
};

/* The paths of one map, as they are found. */
struct legs {
	const struct root *root;
	char wwid[WORD_BYTES];
	char devnums[PATHS_MAX][DEVNUM_BYTES];
	unsigned int count;
};

static int ask(unsigned long command, struct request *request, const char *name)
{
	int fd = open("/dev/mapper/control", O_RDWR | O_CLOEXEC);
	int err;

	if (fd < 0)
		return -errno;
	request->dm.version[0] = 4;
	request->dm.data_size = sizeof(*request);
	request->dm.data_start = offsetof(struct request, target);
	snprintf(request->dm.name, sizeof(request->dm.name), "%s", name);
	err = ioctl(fd, command, request) ? -errno : 0;
	close(fd);
	return err;
}

/* Make the map, or load another table into it and have the kernel use that. */
static int make_map(const char *name, const char *uuid, const char *type,
		    uint64_t sectors, const char *parameters)
{
	static struct request request;
	int err;

	memset(&request, 0, sizeof(request));
	snprintf(request.dm.uuid, sizeof(request.dm.uuid), "%s", uuid);
	err = ask(DM_DEV_CREATE, &request, name);
	if (err && err != -EBUSY && err != -EEXIST)
		return err;
	memset(&request, 0, sizeof(request));
	request.dm.target_count = 1;
	request.target.length = sectors;
	snprintf(request.target.target_type, sizeof(request.target.target_type),
		 "%s", type);
	snprintf(request.parameters, sizeof(request.parameters), "%s",
		 parameters);
	err = ask(DM_TABLE_LOAD, &request, name);
	if (err)
		return err;
	memset(&request, 0, sizeof(request));
	return ask(DM_DEV_SUSPEND, &request, name); /* without a flag: resume */
}

/* Report a map that cannot be made, but only once. */
static void complain(const char *name, int err)
{
	static int told;

	if (err && err != told)
		say_event("the device %s cannot be put together: %s", name,
			  strerror(-err));
	told = err;
}

static bool next_number(struct text *rest, uint64_t *number)
{
	struct text word;

	return text_word(rest, &word) && !text_number(word, 10, number);
}

static void change(char *text, char from, char to)
{
	for (; *text; text++)
		if (*text == from)
			*text = to;
}

/* Read a file of one line, without newline and blanks at its end. */
static bool read_line(const struct root *root, char *buf, size_t size,
		      const char *name, const char *file)
{
	ssize_t len =
		root_read(root, buf, size, "sys/class/block/%s/%s", name, file);

	while (len > 0 && (buf[len - 1] == '\n' || buf[len - 1] == ' '))
		buf[--len] = '\0';
	return len > 0;
}

static void note_leg(void *arg, const char *name)
{
	struct legs *legs = arg;
	char block[64], wwid[DISK_ID_MAX];

	snprintf(block, sizeof(block), "sys/class/block/%s", name);
	if (!disk_id(legs->root, block, wwid) || strcmp(wwid, legs->wwid) ||
	    legs->count == PATHS_MAX ||
	    root_exists(legs->root, "sys/class/block/%s/partition", name))
		return;
	if (read_line(legs->root, legs->devnums[legs->count], DEVNUM_BYTES,
		      name, "dev"))
		legs->count++;
}

static int make_multipath(const char *name, uint64_t sectors, char *handler,
			  const struct legs *legs)
{
	char table[TABLE_BYTES];
	size_t len;

	change(handler, ',', ' ');
	len = (size_t)snprintf(table, sizeof(table),
			       "0 %s 1 1 round-robin 0 %u 1", handler,
			       legs->count);
	for (unsigned int i = 0; i < legs->count && len < sizeof(table); i++)
		len += (size_t)snprintf(table + len, sizeof(table) - len,
					" %s 1", legs->devnums[i]);
	return make_map(name, "", "multipath", sectors, table);
}

/* A device of the device mapper, looked for by its name. */
struct map {
	const struct root *root;
	const char *name;
	char device[32]; /* dm-N */
	char devnum[DEVNUM_BYTES];
	bool found;
};

static void note_map(void *arg, const char *device)
{
	struct map *map = arg;
	char called[WORD_BYTES];

	if (strncmp(device, "dm-", 3) ||
	    strlen(device) >= sizeof(map->device) ||
	    !read_line(map->root, called, sizeof(called), device, "dm/name") ||
	    strcmp(called, map->name))
		return;
	strcpy(map->device, device);
	map->found =
		read_line(map->root, map->devnum, DEVNUM_BYTES, device, "dev");
}

static bool find_map(const struct root *root, const char *name, struct map *map)
{
	memset(map, 0, sizeof(*map));
	map->root = root;
	map->name = name;
	return root_list(root, note_map, map, "sys/class/block") == 0 &&
	       map->found;
}

static void count_name(void *arg, const char *name)
{
	(void)name;
	++*(unsigned int *)arg;
}

/* The paths that the map has now; 0 without a map. */
static unsigned int paths_of(const struct root *root, const char *name)
{
	unsigned int count = 0;
	struct map map;

	if (!find_map(root, name, &map) ||
	    root_list(root, count_name, &count, "sys/class/block/%s/slaves",
		      map.device))
		return 0;
	return count;
}

bool mapper_multipath(const struct root *root, struct text line)
{
	static struct legs legs;
	char name[WORD_BYTES], handler[WORD_BYTES];
	uint64_t sectors, wanted = 0;

	memset(&legs, 0, sizeof(legs));
	legs.root = root;
	if (!text_take_word(&line, name, sizeof(name)) ||
	    !next_number(&line, &sectors) ||
	    !text_take_word(&line, handler, sizeof(handler)) ||
	    !text_take_word(&line, legs.wwid, sizeof(legs.wwid))) {
		complain("of several paths", -EINVAL);
		return true;
	}
	if (root_list(root, note_leg, &legs, "sys/class/block") == 0 &&
	    legs.count > paths_of(root, name))
		complain(name, make_multipath(name, sectors, handler, &legs));
	return !next_number(&line, &wanted) || legs.count >= wanted;
}

bool mapper_has(const struct root *root, const char *name)
{
	struct map map;

	return find_map(root, name, &map);
}

int mapper_crypt(const struct root *root, const char *name, const char *uuid,
		 const char *node, struct text line)
{
	static struct request request;
	char table[TABLE_BYTES], devnum[DEVNUM_BYTES];
	struct text word;
	uint64_t sectors;
	size_t len = 0;
	int err;

	if (!next_number(&line, &sectors) ||
	    !read_line(root, devnum, sizeof(devnum), node + strlen("/dev/"),
		       "dev"))
		return -EINVAL;
	while (text_word(&line, &word) && len < sizeof(table)) {
		if (text_equal(word, "@"))
			word = text_of(devnum);
		len += (size_t)snprintf(table + len, sizeof(table) - len,
					"%s%.*s", len ? " " : "", (int)word.len,
					word.at);
	}
	if (!len || len >= sizeof(table))
		return -EINVAL;
	err = make_map(name, uuid, "crypt", sectors, table);
	if (!err)
		return 0;
	memset(&request, 0, sizeof(request));
	ask(DM_DEV_REMOVE, &request, name);
	return err;
}

void mapper_partition(const struct root *root, struct text line)
{
	char name[WORD_BYTES], below[WORD_BYTES], table[64];
	uint64_t start, sectors;
	struct map map;

	if (!text_take_word(&line, name, sizeof(name)) ||
	    !text_take_word(&line, below, sizeof(below)) ||
	    !next_number(&line, &start) || !next_number(&line, &sectors)) {
		complain("of a partition", -EINVAL);
		return;
	}
	if (find_map(root, name, &map) || !find_map(root, below, &map))
		return;
	snprintf(table, sizeof(table), "%s %llu", map.devnum,
		 (unsigned long long)start);
	complain(name, make_map(name, "", "linear", sectors, table));
}
