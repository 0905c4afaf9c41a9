/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FINISH_H
#define FINISH_H

#include "lib/root.h"
#include "check/saver_report.h"

/*
 * --finish: tell the watcher of run_dir that the dump ended, and wait 4 seconds
 * at most until it has written the record (-ETIMEDOUT). Without a watcher the
 * record is written here, with what can still be seen, however long the disk
 * takes. 0 or -errno.
 */
int finish_capture(const struct root *root, const char *run_dir,
		   const struct saver_report *saver);

/*
 * --begin: a first record, "state": "saving", in saver->dir, of what can be
 * seen now. The watcher goes on, and --finish replaces the file. 0 or -errno.
 */
int finish_begin(const struct root *root, const struct saver_report *saver);

#endif
