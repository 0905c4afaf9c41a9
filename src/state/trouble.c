// SPDX-License-Identifier: GPL-2.0-or-later
#include "state/trouble.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/root.h"

static bool seen;

bool trouble_is(int err)
{
	switch (-err) {
	case EIO:
	case ENOMEM:
	case EMFILE:
	case ENFILE:
	case ENOSPC:
	case EDQUOT:
	case EROFS:
		return true;
	default:
		return false;
	}
}

static void note(const char *path, int fd, int err)
{
	char link[40], name[PATH_MAX];
	ssize_t len;

	if (seen || !trouble_is(err))
		return;
	if (path) {
		len = snprintf(name, sizeof(name), "/%s", path);
	} else {
		snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
		len = readlink(link, name, sizeof(name) - 1);
		if (len < 0)
			len = 0;
		name[len] = '\0';
	}
	/* Not only at the start: another root's path may precede /sys. */
	if (strstr(name, "/sys/"))
		return;
	seen = true;
	fprintf(stderr, "kdump-dma: %s: %s: what it says is not known\n", name,
		strerror(-err));
}

void trouble_watch(void)
{
	seen = false;
	root_on_error = note;
}

bool trouble_seen(void)
{
	return seen;
}
