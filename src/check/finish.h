/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FINISH_H
#define FINISH_H

#include "check/saver_report.h"
#include "lib/root.h"

/*
 * --finish: tell the watcher of run_dir that the dump ended, and wait at most 4
 * seconds until it has written the record (-ETIMEDOUT). Without a watcher,
 * write the record from what can still be read, without a time limit. 0 or
 * -errno.
 */
int finish_capture(const struct root *root, const char *run_dir,
		   const struct saver_report *saver);

/*
 * --begin: write a first record with "state": "saving" to saver->dir. The
 * watcher goes on, and --finish replaces the file. 0 or -errno.
 */
int finish_begin(const struct root *root, const struct saver_report *saver);

#endif
