/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FINISH_H
#define FINISH_H

#include "root.h"
#include "told.h"

/*
 * --finish: tell the watcher of run_dir that the dump ended, and wait until
 * it has written the record, 4 seconds at most. Without a watcher the record
 * is written here, with what can still be seen. 0 or -errno (-ETIMEDOUT).
 */
int finish(const struct root *root, const char *run_dir,
	   const struct told *told);

#endif
