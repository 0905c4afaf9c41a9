/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where on this machine the dumps of its crashes are, whoever saves them, and
 * whether what is missing there says anything.
 */
#ifndef DUMP_FOLDER_H
#define DUMP_FOLDER_H

#include "host/mounts.h"
#include "host/target_folder.h"
#include "peers/backend.h"

struct dump_folder {
	/* The path to look for dumps in; "": none now. */
	char path[CAPTURE_FOLDER_MAX];
	/*
	 * Would a dump of the last crash be seen in it now? Only if it is saved
	 * to a file system of this machine that is certainly there.
	 */
	bool is_seen;
	/* Where it is if that is an automount into which nobody has looked. */
	char awaits[CAPTURE_FOLDER_MAX];
	/* Somebody has to do something about it, and what; "": nothing. */
	char fault[MOUNTS_WHY_MAX];
	/* Why captures are not seen from here, and what shows them. */
	char unseen[TARGET_UNSEEN_MAX];
};

void dump_folder_find(const struct root *root, const struct config *config,
		      const struct backend *backend, struct dump_folder *out);

/*
 * May something in it be removed? Only if the device that is mounted there says
 * itself that it is the configured one.
 */
bool dump_folder_is_proven(const struct root *root, const struct config *config,
			   const struct backend *backend);

#endif
