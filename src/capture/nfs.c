// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/nfs.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture/capture.h"
#include "capture/child.h"
#include "capture/folder.h"
#include "capture/network.h"
#include "capture/remote.h"
#include "capture/save.h"
#include "capture/say.h"
#include "lib/clock.h"
#include "lib/nfs_mount.h"

#define FAR_POINT   "/kdump-dma-far"
#define RECORD	    "kdump-dma.json"
#define RECORD_PART RECORD ".incomplete"
#define PAUSE_MS    3000
#define LOOK_MS	    500
#define SYNC_S	    120 /* kept of the time, to sync what was written */

void nfs_is_place(void)
{
	capture->place = (struct place){ capture->conf.remote, FAR_POINT,
					 capture->conf.nfs_path };
}

void nfs_is_no_place(void)
{
	capture->place = PLACE_HERE;
	capture->folder[0] = '\0';
	/* what is not known to be there is saved again */
	capture->dump_is_saved = false;
	capture->status = 1;
}

/* A server knows the clients of NFSv4 by their names, and lets a new one of the
 * same name end the other's session: machines may crash at the same time. */
static void take_name(void)
{
	char name[64];

	snprintf(name, sizeof(name), "%.40s-%.16s", capture->conf.host,
		 capture->conf.machine);
	(void)!sethostname(name, strlen(name));
}

int nfs_reach(void)
{
	uint64_t end_ms = clock_ms() + capture->conf.limit_network * 1000;
	const struct conf *conf = &capture->conf;
	int err, first = 0;

	take_name();
	mkdir(FAR_POINT, 0700);
	while ((err = nfs_mount(conf->nfs, FAR_POINT, conf->nfs_options)) !=
	       0) {
		if (err != first)
			say("mount of %s: %s", conf->nfs, strerror(-err));
		first = err;
		/* ENODEV: this kernel has no NFS */
		if (err == -ENODEV || clock_ms() + PAUSE_MS >= end_ms)
			break;
		clock_sleep_ms(PAUSE_MS);
	}
	if (err) {
		network_say_carrier();
		say_event("%s: not mounted: %s", conf->remote, strerror(-err));
	}
	return err;
}

void nfs_note_folder(void)
{
	strcpy(capture->far_folder, capture->folder + strlen(FAR_POINT "/"));
}

static int note_saved(void)
{
	struct stat st;
	int folder = folder_open();

	if (folder < 0)
		return folder;
	if (fstatat(folder, VMCORE_NAME, &st, 0)) {
		close(folder);
		return -errno;
	}
	close(folder);
	nfs_note_folder();
	/* shared with what runs after this step: told last */
	capture->far_bytes = (uint64_t)st.st_size;
	return 0;
}

/* What the kernel says when it gives up a request: something that was written
 * is lost (net/sunrpc/clnt.c). */
#define GAVE_UP "not responding, timed out"

/*
 * A process of its own: once one request was given up, all are, or each of the
 * next would be waited for as long.
 */
static void give_up_with_the_kernel(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_CLOEXEC);
	char record[1024];
	ssize_t len;

	if (fd < 0 || lseek(fd, 0, SEEK_END) < 0)
		_exit(1);
	do {
		len = read(fd, record, sizeof(record) - 1);
		if (len <= 0)
			clock_sleep_ms(LOOK_MS);
		record[len > 0 ? len : 0] = '\0';
	} while (!strstr(record, GAVE_UP));
	for (;;) {
		umount2(FAR_POINT, MNT_FORCE);
		clock_sleep_ms(LOOK_MS);
	}
}

int nfs_save(void)
{
	pid_t watcher = child_fork();
	uint64_t left_s = remote_left_s();
	uint64_t sync_s = left_s / 4 < SYNC_S ? left_s / 4 : SYNC_S;
	int err;

	if (watcher == 0)
		give_up_with_the_kernel();
	err = save_by(left_s - sync_s);
	if (watcher > 0)
		kill(watcher, SIGKILL);
	return err ? err : note_saved();
}

int nfs_copy(void)
{
	int err = save_copy();

	return err ? err : note_saved();
}

static int copy(int from, int to)
{
	char chunk[4096];
	ssize_t len;

	while ((len = read(from, chunk, sizeof(chunk))) > 0)
		if (write(to, chunk, (size_t)len) != len)
			return -EIO;
	return len < 0 ? -errno : 0;
}

int nfs_record(void)
{
	char path[PATH_BYTES + 32];
	int from, to = -1, folder, err;

	snprintf(path, sizeof(path), "%s/" RECORD, capture->folder);
	from = open(path, O_RDONLY | O_CLOEXEC);
	snprintf(capture->folder, sizeof(capture->folder), FAR_POINT "/%s",
		 capture->far_folder);
	folder = folder_open();
	if (folder >= 0)
		to = openat(folder, RECORD_PART,
			    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	err = from < 0 || to < 0 ? -EIO : copy(from, to);
	close(folder);
	close(from);
	if (close(to) && !err)
		err = -errno;
	if (!err)
		err = folder_keep(RECORD_PART, RECORD);
	if (err)
		say_event("%s: " RECORD ": %s", capture->conf.remote,
			  strerror(-err));
	return err;
}

int nfs_leave(void)
{
	return umount2(FAR_POINT, MNT_FORCE | MNT_DETACH) ? -errno : 0;
}
