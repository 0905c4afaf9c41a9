// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/look.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "capture/child.h"
#include "capture/say.h"
#include "lib/clock.h"

#define LOOK_MS 5000 /* how long a look at a disk may take */
/* Pause before a disk that did not answer is looked at again. */
#define DEAD_MS	   20000
#define DEAD_MAX   32
#define NAME_BYTES 40 /* DISK_NAME_LEN, and a partition's number */

struct look {
	const struct root *root;
	const char *prefix; /* of the names in sysfs that are looked at */
	const char *what;
	void (*take)(void *arg, const char *name, const struct block *seen);
	char dead[DEAD_MAX][NAME_BYTES];
	uint64_t dead_until_ms[DEAD_MAX];
	size_t dead_count;
	struct block *seen; /* shared with the process that looks */
};

static struct look look;

/* Index of name among the disks that did not answer, or dead_count. */
static size_t place_of(const char *name)
{
	size_t i = 0;

	while (i < look.dead_count && strcmp(look.dead[i], name))
		i++;
	return i;
}

static bool is_dead(const char *name)
{
	size_t i = place_of(name);

	return i < look.dead_count && clock_ms() < look.dead_until_ms[i];
}

static void note_dead(const char *name)
{
	size_t i = place_of(name);

	if (i == look.dead_count) {
		say_event("the disk %s does not answer: it is passed over",
			  name);
		if (i == DEAD_MAX)
			return;
		strcpy(look.dead[look.dead_count++], name);
	}
	look.dead_until_ms[i] = clock_ms() + DEAD_MS;
}

/* A read from a dead disk never returns, so a process of its own reads. */
static bool look_at(const char *name)
{
	uint64_t end_ms = clock_ms() + LOOK_MS;
	pid_t pid, ended;
	int how;

	look.seen->is_target = false;
	pid = child_fork();
	if (pid < 0)
		return false;
	if (pid == 0) {
		block_look(look.root, name, look.what, look.seen);
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
	return ended == pid && look.seen->is_target;
}

static void look_at_name(void *arg, const char *name)
{
	if (strlen(name) < NAME_BYTES && strncmp(name, "ram", 3) &&
	    strncmp(name, "zram", 4) &&
	    !strncmp(name, look.prefix, strlen(look.prefix)) &&
	    !is_dead(name) && look_at(name))
		look.take(arg, name, look.seen);
}

int look_begin(void)
{
	look.seen = mmap(NULL, sizeof(*look.seen), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return look.seen == MAP_FAILED ? -ENOMEM : 0;
}

int look_all(const struct root *root, const char *prefix, const char *what,
	     void (*take)(void *arg, const char *name,
			  const struct block *seen),
	     void *arg)
{
	look.root = root;
	look.prefix = prefix;
	look.what = what;
	look.take = take;
	return root_list(root, look_at_name, arg, "sys/class/block");
}
