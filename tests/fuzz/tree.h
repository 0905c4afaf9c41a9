/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A folder of its own for a target, as --root would be; removed at the end. */
#ifndef FUZZ_TREE_H
#define FUZZ_TREE_H

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../scratch.h"
#include "fuzz.h"
#include "lib/root.h"

static struct root tree_root;

static void tree_make(void)
{
	if (tree_root.fd > 0)
		return;
	PROMISE(scratch_make());
	PROMISE(!root_open(&tree_root, scratch) && !atexit(scratch_remove));
}

/* Write a file, whose folders are made. */
static void tree_put(const char *path, const void *data, size_t size)
{
	char at[512];
	int fd;

	for (const char *slash = strchr(path, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		snprintf(at, sizeof(at), "%.*s", (int)(slash - path), path);
		mkdirat(tree_root.fd, at, 0700);
	}
	fd = openat(tree_root.fd, path,
		    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	PROMISE(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	close(fd);
}

#endif
