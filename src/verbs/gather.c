// SPDX-License-Identifier: GPL-2.0-or-later
#include "verbs/gather.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "apply/ask.h"
#include "host/makedumpfile.h"
#include "host/measure.h"
#include "host/new_image.h"
#include "state/lock.h"
#include "state/state.h"
#include "state/trouble.h"
#include "verbs/verbs.h"

#define LOCK_SECONDS 30

struct plan_input gathered_input(const struct gathered *all)
{
	return (struct plan_input){ &all->facts, &all->host, &all->history,
				    &all->config };
}

static int read_config(struct gathered *all, bool anyway)
{
	int err = config_load(&all->config, &all->root, &all->config_error);

	if (err)
		config_error_print(&all->config_error);
	if (!err || !anyway)
		return err;
	all->config_refused = true;
	fputs("kdump-dma: going on with the defaults\n", stderr);
	config_init(&all->config);
	return 0;
}

/*
 * A verb that writes renames a damaged history. The records that are still on
 * disk are then learned again. Until that is done nothing is planned, because
 * the value in force may come from a capture that is not known now. One that a
 * newer version wrote stays for when that is back.
 */
static int without_history(struct gathered *all, enum gather_how how,
			   bool is_newer)
{
	char aside[64];
	int err;

	history_free(&all->history);
	all->history.damaged = true;
	all->history.is_newer = is_newer;
	all->history_refused = true;
	if (is_newer || how == GATHER_TO_READ || how == GATHER_TO_READ_ANYWAY ||
	    how == GATHER_ANYWAY)
		return 0;
	err = state_set_aside(&all->root, HISTORY_NAME, aside, sizeof(aside));
	if (err)
		fprintf(stderr, "kdump-dma: cannot be set aside: %s\n",
			strerror(-err));
	else
		fprintf(stderr,
			"kdump-dma: it was renamed /%s/%s, and the dumps' "
			"records are learned again\n",
			HISTORY_DIR, aside);
	return err;
}

static int read_history(struct gathered *all, enum gather_how how)
{
	char why[CAPTURE_ERROR_MAX];
	int err = history_load(&all->root, &all->history, why);

	if (!err)
		return 0;
	fprintf(stderr, "kdump-dma: /%s/%s: %s\n", HISTORY_DIR, HISTORY_NAME,
		why);
	if (err == -EINVAL || err == -EFBIG || err == -EISDIR ||
	    err == -EPROTONOSUPPORT || how == GATHER_ANYWAY)
		return without_history(all, how, err == -EPROTONOSUPPORT);
	/* Without the history a value of ours would look like an
	 * administrator's. */
	if (err == -EACCES)
		gather_no_rights();
	return err;
}

/* An error is not fatal: the next verb that measures tries again. */
void gather_measure(struct gathered *all)
{
	int err = measure(&all->root, all->host.initramfs_path);

	if (err)
		fprintf(stderr, "kdump-dma: /%s/%s: %s\n", HISTORY_DIR,
			IMAGES_NAME, strerror(-err));
	err = makedumpfile_ask(&all->root);
	if (err)
		fprintf(stderr, "kdump-dma: /%s/makedumpfile: %s\n",
			HISTORY_DIR, strerror(-err));
	host_read_images(&all->root, &all->facts, &all->config, &all->host);
}

static int gather(struct gathered *all, enum gather_how how)
{
	struct plan_input input;
	bool anyway = how == GATHER_ANYWAY || how == GATHER_TO_READ_ANYWAY;
	bool measured = how == GATHER_MEASURED || how == GATHER_MEASURED_NOW;
	int err;

	trouble_watch();
	err = read_config(all, anyway);
	if (!err)
		err = read_history(all, how);
	if (err)
		return err;
	facts_collect(&all->root, &all->facts);
	if (measured)
		ask_peers(&all->root, &all->config,
			  all->facts.have_cmdline ? all->facts.cmdline : "");
	host_collect(&all->root, &all->facts, &all->config, &all->host);
	if (measured)
		gather_measure(all);
	input = gathered_input(all);
	plan_make(&input, &all->plan);
	return 0;
}

void gather_no_rights(void)
{
	fputs("kdump-dma: only root can see what it needs: run it as root\n",
	      stderr);
}

int gather_root(const char *dir, struct root *root)
{
	int err = root_open(root, dir);

	if (err) {
		fprintf(stderr, "kdump-dma: %s: %s\n", dir, strerror(-err));
		return err;
	}
	if (new_image_take_chroot(root))
		fputs("kdump-dma: in a chroot: this is about the system in it, "
		      "and not about the one that is running\n",
		      stderr);
	/* Facts are missing without root's rights, which misleads. */
	if (root->is_live && geteuid()) {
		gather_no_rights();
		root_close(root);
		return -EPERM;
	}
	return 0;
}

static int take_lock(const struct options *options, const struct root *root,
		     unsigned int seconds)
{
	int lock = lock_take(root, seconds);

	if (lock < 0)
		lock_failed(options->dir, lock);
	return lock;
}

int gather_lock(const struct options *options, const struct root *root)
{
	return take_lock(options, root, LOCK_SECONDS);
}

int gather_and(const struct options *options, enum gather_how how,
	       int (*fn)(struct gathered *all, const struct options *options))
{
	static struct gathered all;
	bool takes_lock = how != GATHER_TO_READ && how != GATHER_TO_READ_ANYWAY;
	int lock = -1, status = STATUS_ERROR;

	memset(&all, 0, sizeof(all));
	if (gather_root(options->dir, &all.root))
		return STATUS_ERROR;
	/* Read under the lock, so that nothing changes meanwhile. */
	if (takes_lock)
		lock = take_lock(options, &all.root,
				 how == GATHER_MEASURED_NOW ? 0 : LOCK_SECONDS);
	if ((!takes_lock || lock >= 0) && !gather(&all, how))
		status = fn(&all, options);
	history_free(&all.history);
	root_close(&all.root);
	if (lock >= 0)
		close(lock);
	return status;
}
