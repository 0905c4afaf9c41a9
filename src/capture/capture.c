// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kdump-dma-capture: PID 1 of the native capture image. It saves the crashed
 * kernel's memory, records how that went, and restarts the machine. What is
 * worth most for its size is saved first: the log, the vmcore, the record.
 *
 * Each step is a process of its own with a time limit. PID 1 only waits for it
 * (supervise.c), and takes the next step whatever became of the last.
 */
#include "capture/capture.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "capture/device.h"
#include "capture/early.h"
#include "capture/end.h"
#include "capture/folder.h"
#include "capture/guard.h"
#include "capture/hook.h"
#include "capture/log.h"
#include "capture/modules.h"
#include "capture/mount.h"
#include "capture/network.h"
#include "capture/nfs.h"
#include "capture/record_step.h"
#include "capture/remote.h"
#include "capture/save.h"
#include "capture/say.h"
#include "capture/supervise.h"
#include "lib/clock.h"

#define CONF_LIMIT_S   10
#define WATCH_LIMIT_S  20
#define FOLDER_LIMIT_S 60
#define LEFT_LIMIT_S   10
#define MEND_LIMIT_S   130 /* to mount the far end again, or the target */
#define FAR_LIMIT_S    130 /* time for the far end to sync what it received */
/* What a step gets beside a limit of its own, to say itself that it is over. */
#define MORE_LIMIT_S 10

static int read_conf(void)
{
	conf_read(&capture->conf);
	return 0;
}

/* false: no memory to share with steps. PID 1 then ends: panic, reboot. */
static bool begin(void)
{
	capture = mmap(NULL, sizeof(*capture), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (capture == MAP_FAILED)
		return false;
	conf_default(&capture->conf);
	capture->begin_ms = capture->step_end_ms = clock_ms();
	capture->place = PLACE_HERE;
	capture->status = 1;
	supervise_begin();
	early_mounts();
	guard_start();
	return true;
}

static bool open_target(void)
{
	if (!supervise("mount", mount_target, capture->conf.limit_mount))
		return false;
	if (supervise("folder", folder_new, FOLDER_LIMIT_S))
		return true;
	supervise("umount", mount_undo, capture->conf.limit_umount);
	return false;
}

/*
 * If a device cannot be mounted for writing, try another one with the same
 * UUID: a clone, or the other half of a mirror.
 */
static bool reach_target(void)
{
	const struct conf *conf = &capture->conf;

	while (supervise("device", device_wait,
			 conf->limit_device + MORE_LIMIT_S)) {
		if (open_target())
			return true;
		if (capture->tried_count == TRIED_MAX)
			break;
		strcpy(capture->tried[capture->tried_count++], capture->node);
	}
	return false;
}

/*
 * The time that is left for saving: limit_total without the limits of the last
 * steps. If little is left, these get one share of it at most.
 */
static uint64_t left_s(uint64_t share)
{
	const struct conf *conf = &capture->conf;
	uint64_t gone_s = (clock_ms() - capture->begin_ms) / 1000, left;
	uint64_t end_s = conf->limit_record + conf->limit_sync +
			 conf->limit_umount + MORE_LIMIT_S;

	left = conf->limit_total > gone_s ? conf->limit_total - gone_s : 1;
	return left - (end_s < left / share ? end_s : left / share);
}

/* Time for the collector, and to sync what it wrote. */
static uint64_t save_limit_s(void)
{
	const struct conf *conf = &capture->conf;
	uint64_t limit_s = conf->limit_save + conf->limit_sync + MORE_LIMIT_S;

	return limit_s < left_s(8) ? limit_s : left_s(8);
}

static const char *last_hook;

static void run_hook(const char *name, const char *command, int (*step)(void))
{
	uint64_t limit_s = capture->conf.limit_hook + MORE_LIMIT_S;

	last_hook = name;
	if (command[0])
		supervise(name, step,
			  limit_s < left_s(2) ? limit_s : left_s(2));
}

static bool is_far(void)
{
	return strcmp(capture->place.point, MOUNT_POINT);
}

static int mend(void)
{
	return folder_mend(last_hook, is_far() ? nfs_reach : mount_mend);
}

typedef bool supervisor(const char *name, int (*step)(void), uint64_t limit_s);

/*
 * pre= is run once, wherever the dump goes. true: it took the folder away, and
 * what had been saved; there is a new one.
 */
static bool run_pre(supervisor *run)
{
	uint32_t folders = capture->folders;
	static bool did_run;

	if (!did_run)
		run_hook("pre", capture->conf.pre, hook_pre);
	did_run = true;
	if (capture->conf.pre[0] && folders)
		run("folder again", mend, MEND_LIMIT_S);
	return capture->folders != folders;
}

/* The same after post=: the last record is still to be written there. What it
 * took away from the dump is not saved again. */
static int mend_last(void)
{
	uint32_t folders = capture->folders;
	int err = mend();

	if (capture->folders == folders)
		return err;
	capture->dump_is_saved = false;
	if (is_far())
		nfs_note_folder();
	return save_tell_left();
}

static void run_post(void)
{
	const char *post = capture->conf.post;

	run_hook("post", post, hook_post);
	if (post[0] && capture->folder[0])
		supervise("folder again", mend_last, MEND_LIMIT_S);
}

static void save_first(void)
{
	const struct conf *conf = &capture->conf;

	supervise("first record", record_begin, conf->limit_record);
	if (!supervise("log", log_save, conf->limit_log + MORE_LIMIT_S))
		supervise("log to the console", log_say, conf->limit_log);
}

static void save_all(void)
{
	save_first();
	if (run_pre(supervise))
		save_first();
	supervise("room", save_reserve, capture->conf.limit_record);
	if (supervise("save", save_collect, save_limit_s()) ||
	    supervise("copy", save_copy, left_s(2)))
		return;
	supervise("rest", save_tell_left, LEFT_LIMIT_S);
}

static bool has_fallback(void)
{
	return capture->conf.device[0] || !capture->conf.remote[0];
}

/* A step before the vmcore, and half of what the far end has left at most. */
static bool supervise_far(const char *name, int (*step)(void), uint64_t limit_s)
{
	uint64_t half_s = remote_left_s() / 2 + 1;

	return supervise(name, step, limit_s < half_s ? limit_s : half_s);
}

static void save_far_log(void)
{
	supervise_far("log to the far end", log_save,
		      capture->conf.limit_log + FAR_LIMIT_S);
}

/* On the far end's file system. */
static bool save_far(void)
{
	const struct conf *conf = &capture->conf;

	if (!supervise_far("far end", nfs_reach,
			   conf->limit_network + FAR_LIMIT_S) ||
	    !supervise_far("folder at the far end", folder_new, FAR_LIMIT_S))
		return false;
	save_far_log();
	if (run_pre(supervise_far))
		save_far_log();
	if (supervise("save to the far end", nfs_save, remote_left_s()) ||
	    (!has_fallback() &&
	     supervise("copy to the far end", nfs_copy, left_s(2))))
		return true;
	supervise("rest", save_tell_left, LEFT_LIMIT_S);
	return false;
}

static bool send_by_nfs(void)
{
	bool is_saved;

	nfs_is_place();
	is_saved = save_far();
	if (!is_saved)
		say_note("%s: no vmcore was saved there", capture->conf.remote);
	if (!is_saved && has_fallback()) {
		supervise("leaving the far end", nfs_leave, LEFT_LIMIT_S);
		nfs_is_no_place();
	}
	return is_saved;
}

static bool send_by_ssh(void)
{
	const struct conf *conf = &capture->conf;

	if (!supervise("far end", remote_reach,
		       conf->limit_network + FAR_LIMIT_S))
		return false;
	supervise("log to the far end", remote_log, 2 * conf->limit_log);
	run_pre(supervise);
	return supervise("save to the far end", remote_collect,
			 remote_left_s() + FAR_LIMIT_S);
}

/*
 * Send log and vmcore to another machine. false: the vmcore has to be saved
 * here, if there is a fallback.
 */
static bool send_all(void)
{
	const struct conf *conf = &capture->conf;

	if (!conf->remote[0] ||
	    !supervise("network", network_up, conf->limit_network))
		return false;
	return conf->nfs[0] ? send_by_nfs() : send_by_ssh();
}

static void save_here(void)
{
	if (has_fallback() && reach_target())
		save_all();
	else
		supervise("log to the console", log_say,
			  capture->conf.limit_log);
}

/*
 * Write the record of a dump that was sent to this machine, too, because
 * "kdump-dma learn" runs before the network is up. A disk that does not answer
 * at once is not waited for.
 */
static void record_here(void)
{
	struct conf *conf = &capture->conf;
	uint64_t limit_s = conf->limit_record;

	capture->place = PLACE_HERE;
	conf->limit_device = conf->limit_degraded = limit_s / 2;
	if (has_fallback() && supervise("device", device_wait, limit_s) &&
	    supervise("mount", mount_target, limit_s) &&
	    supervise("folder", folder_new, limit_s))
		supervise("rest", save_tell_left, LEFT_LIMIT_S);
	else
		remote_stage();
}

static void finish(void)
{
	const struct conf *conf = &capture->conf;

	if (capture->far_bytes)
		record_here();
	supervise("record", record_end, 2 * conf->limit_record);
	if (capture->far_bytes)
		supervise("record to the far end",
			  conf->nfs[0] ? nfs_record : remote_record,
			  FAR_LIMIT_S);
	supervise("sync", end_sync, conf->limit_sync);
	if (conf->nfs[0])
		supervise("leaving the far end", nfs_leave, LEFT_LIMIT_S);
	supervise("umount", mount_undo, conf->limit_umount);
}

int main(void)
{
	if (getpid() != 1) {
		fputs("kdump-dma-capture is PID 1 of a capture kernel, and "
		      "does "
		      "nothing elsewhere: see kdump-dma-capture(8)\n",
		      stderr);
		return 2;
	}
	if (!begin())
		return 1;
	supervise("configuration", read_conf, CONF_LIMIT_S);
	guard_feed(capture->conf.watchdog);
	supervise("verdict", early_watch, WATCH_LIMIT_S);
	if (save_has_vmcore()) {
		supervise("modules", modules_load,
			  capture->conf.limit_modules + MORE_LIMIT_S);
		if (!send_all())
			save_here();
		run_post();
	}
	finish();
	end_machine();
	return 1;
}
