// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/facts_note.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

void facts_note_unread(struct facts *facts, const char *path, int err)
{
	struct unread *unread;

	if (err == 0 || err == -ENOENT || err == -ENOTDIR ||
	    facts->unread_count == PATHS_UNREAD_MAX)
		return;
	unread = &facts->unread[facts->unread_count++];
	snprintf(unread->path, sizeof(unread->path), "/%s", path);
	snprintf(unread->why, sizeof(unread->why), "%s",
		 err == -EINVAL ? "not understood" : strerror(-err));
}
