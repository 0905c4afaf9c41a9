/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_CONF_H
#define CAPTURE_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/disk_id.h"
#include "lib/text.h"

#define CONF_PATH      "/etc/kdump-dma-capture.conf"
#define CONF_BYTES_MAX 65536
#define PATH_BYTES     1024

/*
 * What the host decided: "key=value" lines, a key that may stand several times
 * is read from text by conf_next(). Limits are seconds.
 */
struct conf {
	char text[CONF_BYTES_MAX];
	size_t text_len;

	char device[256];
	char disk[DISK_ID_MAX]; /* what the disk that is meant says that it is
				 */
	char fstype[32];
	char mount_options[256];
	char path[512];
	char host[80];
	char machine[80];
	char vmcore[256];
	char collector[128];
	char collector_args[512];
	char final_action[16];
	char watchdog[64];
	char pre[512];
	char post[512];
	char remote[640]; /* ssh://USER@HOST:PORT/PATH; "" for none */
	uint64_t limit_modules;
	uint64_t limit_device;
	uint64_t limit_degraded;
	uint64_t limit_mount;
	uint64_t limit_log;
	uint64_t limit_save;
	uint64_t limit_hook;
	uint64_t limit_record;
	uint64_t limit_sync;
	uint64_t limit_umount;
	uint64_t limit_network; /* until the far end answers */
	uint64_t limit_remote;	/* all that is tried with it */
	uint64_t limit_total;
};

/* Every key as it is without a file. */
void conf_default(struct conf *conf);

/*
 * Take the file's keys. What is wrong with it becomes an event, and the default
 * of that key stays: a wrong file must still end in a dump or a reboot.
 */
void conf_read(struct conf *conf);

/* The same from conf->text, which holds text_len bytes of a file. */
void conf_take(struct conf *conf);

/*
 * The next value of a key that may stand several times; *at is 0 at first and
 * is moved on. False at the end.
 */
bool conf_next(const struct conf *conf, const char *key, size_t *at,
	       struct text *value);

#endif
