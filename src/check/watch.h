/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef WATCH_H
#define WATCH_H

#include "lib/root.h"

/* Below the run directory */
#define WATCH_PID_NAME	 "watch.pid"
#define WATCH_SAVER_NAME "dump"
#define RUN_DIR		 "/run/kdump-dma"

/*
 * --watch: print the verdict, sample memory until SIGTERM (or SIGINT), then
 * write the record where --finish said, or to run_dir, and print it as one
 * "kdump-dma: {...}" line. Makes run_dir if it is missing. 0 or -errno.
 */
int watch_capture(const struct root *root, const char *run_dir);

#endif
