/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_CONF_H
#define CAPTURE_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/disk_id.h"
#include "lib/nfs_mount.h"
#include "lib/text.h"

#define CONF_PATH      "/etc/kdump-dma-capture.conf"
#define CONF_BYTES_MAX 65536
#define PATH_BYTES     1024
/* The host builds no image whose configuration has a line of more bytes. */
#define VALUE_BYTES 1000

/*
 * The configuration that the host wrote: lines "key=value". conf_next() reads
 * the keys that may stand several times from text. Limits are in seconds.
 */
struct conf {
	char text[CONF_BYTES_MAX];
	size_t text_len;

	char device[VALUE_BYTES];
	char disk[DISK_ID_MAX]; /* name that the target's disk gives itself */
	char fstype[32];
	char mount_options[VALUE_BYTES];
	char path[VALUE_BYTES];
	char host[80];
	char machine[80];
	char vmcore[256];
	char collector[VALUE_BYTES];
	char collector_args[VALUE_BYTES];
	char final_action[16];
	char watchdog[64];
	char pre[VALUE_BYTES];
	char post[VALUE_BYTES];
	/* ssh://USER@HOST:PORT/PATH or nfs://HOST/EXPORT; "": no far end */
	char remote[VALUE_BYTES];
	char nfs[VALUE_BYTES]; /* HOST:/EXPORT; "" for ssh */
	char nfs_options[NFS_OPTIONS_MAX];
	char nfs_path[VALUE_BYTES];
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
	uint64_t limit_network; /* waiting for the far end to answer */
	uint64_t limit_remote;	/* all attempts with it */
	uint64_t limit_total;
};

/* Set all keys to their defaults. */
void conf_default(struct conf *conf);

/*
 * Read the configuration of the image. A line that is wrong becomes an event,
 * and the key keeps its default: even a wrong file must end in a dump or a
 * reboot.
 */
void conf_read(struct conf *conf);

/* The same from conf->text, which holds text_len bytes of a file. */
void conf_take(struct conf *conf);

/*
 * The next value of a key that may stand several times. *at is 0 before the
 * first call. false: there is no further one.
 */
bool conf_next(const struct conf *conf, const char *key, size_t *at,
	       struct text *value);

#endif
