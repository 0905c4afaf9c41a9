// SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../scratch.h"
#include "fuzz.h"
#include "host/mounts.h"

static struct root root;
static int dir_fd;

static void put(const char *path, const uint8_t *data, size_t size)
{
	int fd = openat(dir_fd, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
			0600);

	PROMISE(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	close(fd);
}

static void make_root(void)
{
	PROMISE(scratch_make());
	dir_fd = open(scratch, O_PATH | O_DIRECTORY | O_CLOEXEC);
	PROMISE(dir_fd >= 0 && !mkdirat(dir_fd, "etc", 0700) &&
		!mkdirat(dir_fd, "proc", 0700) &&
		!mkdirat(dir_fd, "proc/self", 0700));
	PROMISE(!root_open(&root, scratch) && !atexit(scratch_remove));
}

/* As libmount takes a file for one of mountinfo's form, and with no zero. */
static bool is_mountinfo(const char *text, size_t size)
{
	unsigned int id, parent;

	return strlen(text) >= size &&
	       sscanf(text, "%u%*[ \t]%u", &id, &parent) == 2;
}

/*
 * The first half is fstab, the second mountinfo, parted by a zero. A folder
 * that no line of fstab names (a byte may be written by its number) is there,
 * whatever is mounted but a file system in memory; to mount more takes none
 * away from what a kernel prints.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char more[] = "\n1 1 0:1 / /var/crash rw - x x rw\n"
				   "1 1 0:1 / /var rw - x x rw\n";
	const uint8_t *zero = size ? memchr(data, 0, size) : NULL;
	size_t first = zero ? (size_t)(zero - data) : size;
	size_t second = zero ? size - first - 1 : 0;
	char *all = malloc(second + sizeof(more));
	char why[MOUNTS_WHY_MAX];
	bool there;

	PROMISE(all);
	if (root.fd <= 0)
		make_root();
	if (second)
		memcpy(all, zero + 1, second);
	memcpy(all + second, more, sizeof(more));
	put("etc/fstab", data, first);
	put("proc/self/mountinfo", zero ? zero + 1 : data, second);
	there = mounts_are_there(&root, "/var/crash", why);
	PROMISE(there == !why[0]);
	PROMISE(there || memmem(data, first, "/var", 4) ||
		memmem(data, size, "tmpfs", 5) ||
		memmem(data, size, "ramfs", 5) || memchr(data, '\\', size));
	put("proc/self/mountinfo", (uint8_t *)all, second + sizeof(more) - 1);
	PROMISE(!there || !is_mountinfo(all, second) ||
		mounts_are_there(&root, "/var/crash", why));
	free(all);
	return 0;
}
