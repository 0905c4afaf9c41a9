/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the folder of a target that the configuration names is on this machine:
 * its file system may be mounted at several places, in part, or not at all.
 */
#ifndef TARGET_FOLDER_H
#define TARGET_FOLDER_H

#include "host/target.h"
#include "state/capture.h"

#define TARGET_UNSEEN_MAX 512

/*
 * folder: as a path of this machine, there or to be made by the next capture.
 * false: it is not seen, and why says so, and what shows it.
 */
bool target_folder(const struct root *root, const struct target *target,
		   char folder[static CAPTURE_FOLDER_MAX],
		   char why[static TARGET_UNSEEN_MAX]);

/* Does the target's device, now, say itself what it was known by? */
bool target_is_proven(const struct root *root, const struct target *target);

#endif
