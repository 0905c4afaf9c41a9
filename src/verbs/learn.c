// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kdump-dma learn: take in the records of new captures, and notice the crash
 * that left nothing behind. At boot, before the capture image is loaded.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "host/dump_folder.h"
#include "host/dumps.h"
#include "host/old_dumps.h"
#include "host/pstore.h"
#include "lib/machine_id.h"
#include "lib/when.h"
#include "plan/learned.h"
#include "state/capture_json.h"
#include "state/state.h"
#include "state/trouble.h"
#include "verbs/boot_note.h"
#include "verbs/gather.h"
#include "verbs/journal.h"
#include "verbs/verbs.h"

/* Records of one boot are written within one time limit. */
#define ONE_CAPTURE_SECONDS 3600

/* Below this a target has no room for a dump. */
#define ROOM_BYTES (UINT64_C(64) << 20)

struct found {
	struct dump *dump;
	bool is_new; /* the folder was not there when the last boot began */
	bool is_other_machines;
	bool is_too_large; /* more was reserved than this machine has */
	bool contradicts;  /* what is known of the last boot */
	bool is_copy;	   /* of a record that counts */
};

struct learning {
	struct gathered *all;
	struct boot previous;
	bool have_previous;
	uint64_t previous_seen; /* when that boot was last noted */
	struct boot now;	/* what is seen of this one */
	struct dump *dumps;
	struct found *found; /* of each of the dumps */
	size_t count;	     /* of both */
	bool found_dump;     /* something that was not there before */
	bool crash_seen;     /* something else says that there was a crash */
	unsigned int learned;
	bool is_test; /* that boot was crashed on purpose; no dump yet */
	struct dump_folder folder;
	int err;
};

static void keep(struct learning *learning, const struct capture *capture)
{
	const struct config *config = &learning->all->config;
	struct tally_rules rules = learned_rules(config);
	char why[CAPTURE_ERROR_MAX] = "";

	learning->err = capture_check(capture, why);
	if (learning->err == -EINVAL) {
		fprintf(stderr, "kdump-dma: %s: not learned: %s\n", capture->id,
			why);
		learning->err = 0;
		return;
	}
	learning->err =
		history_add(&learning->all->history, capture,
			    config_number(config, CONFIG_HISTORY), &rules);
	if (learning->err)
		return;
	learning->learned++;
	printf("learned %s: %s, %s%s\n", capture->id, capture->release,
	       capture_outcome_name(capture->outcome),
	       capture->is_test	     ? ", a test"
	       : capture->unfinished ? ", cause unknown, perhaps the disk"
				     : "");
	journal_capture(learning->all, capture);
}

/* ---- what lies there ---- */

static void collect(struct learning *learning, const char *folder)
{
	learning->err = dumps_find(&learning->all->root, folder, false,
				   &learning->dumps, &learning->count);
	learning->found = calloc(learning->count + 1, sizeof(*learning->found));
	if (!learning->found) {
		learning->count = 0;
		learning->err = -ENOMEM;
	}
	for (size_t i = 0; i < learning->count; i++) {
		struct found *found = &learning->found[i];
		struct dump *dump = &learning->dumps[i];

		found->dump = dump;
		boot_add_seen(&learning->now, dump->token);
		found->is_new =
			learning->have_previous &&
			(learning->previous.have_seen
				 ? !boot_has_seen(&learning->previous,
						  dump->token)
				 : dump->changed >= learning->previous_seen);
	}
}

static void see_crash(void *arg, uint64_t token)
{
	struct learning *learning = arg;

	boot_add_seen(&learning->now, token);
	if (learning->previous.have_seen &&
	    !boot_has_seen(&learning->previous, token))
		learning->crash_seen = true;
}

/* ---- whose records they are ---- */

static bool is_own_id(const struct boot *now, const char *id)
{
	bool own = !strcmp(now->machine_id, id);

	for (size_t i = 0; i < 4; i++)
		own = own || !strcmp(now->former_id[i], id);
	return own;
}

/* This machine, and what it was called before: a clone gets another id. */
static void find_ids(struct learning *learning)
{
	const struct boot *previous = &learning->previous;
	struct boot *now = &learning->now;

	machine_id_hash(&learning->all->root, now->machine_id);
	if (!learning->have_previous)
		return;
	memcpy(now->former_id, previous->former_id, sizeof(now->former_id));
	if (!now->machine_id[0] || !previous->machine_id[0] ||
	    is_own_id(now, previous->machine_id))
		return;
	printf("this machine's machine-id has changed, as in a clone: what was "
	       "learned before still counts\n");
	memmove(now->former_id + 1, now->former_id,
		sizeof(now->former_id) - sizeof(now->former_id[0]));
	strcpy(now->former_id[0], previous->machine_id);
}

/*
 * A record that does not say which machine it is from, of a capture that had
 * another size than the last boot reserved. What a kernel counts of it is up to
 * 2 % off.
 */
static bool contradicts(const struct learning *learning,
			const struct capture *capture)
{
	uint64_t had = learning->previous.reserved_bytes / 1024;
	uint64_t says = capture->reserved_kib;
	uint64_t off = had > says ? had - says : says - had;

	return learning->have_previous && had && capture->have_reserved &&
	       !learning->all->history.damaged && !capture->machine_id[0] &&
	       off > had / 32 + 2048;
}

/* Of two records of one boot: does the first one say more? */
static bool says_more(const struct capture *one, const struct capture *other)
{
	if (one->unfinished != other->unfinished)
		return other->unfinished;
	return when_seconds(one->when) >= when_seconds(other->when);
}

static bool is_one_boot(const struct capture *one, const struct capture *other)
{
	uint64_t a = when_seconds(one->when), b = when_seconds(other->when);

	return one->boot_id[0] && !strcmp(one->boot_id, other->boot_id) &&
	       (a > b ? a - b : b - a) < ONE_CAPTURE_SECONDS;
}

static bool is_unknown(const struct learning *learning,
		       const struct found *found)
{
	return found->dump->have_record && !found->is_copy &&
	       !found->is_other_machines &&
	       !history_knows(&learning->all->history, &found->dump->capture);
}

/* A first record, where the last one of that boot was learned already. */
static bool is_first_of_known(const struct learning *learning,
			      const struct capture *capture)
{
	const struct history *history = &learning->all->history;

	for (size_t i = 0; capture->unfinished && i < history->count; i++)
		if (is_one_boot(capture, &history->captures[i]))
			return true;
	return false;
}

/*
 * One boot gives one record. Of copies one counts, and so it is of two records
 * with one boot id; a record is a copy if all of it is the same, wherever it
 * lies and whenever that was written.
 */
static void mark_copies(struct learning *learning)
{
	for (size_t i = 0; i < learning->count; i++) {
		struct found *one = &learning->found[i];

		if (!is_unknown(learning, one))
			continue;
		one->is_copy = is_first_of_known(learning, &one->dump->capture);
		for (size_t j = 0; j < i && !one->is_copy; j++) {
			struct found *other = &learning->found[j];

			if (!is_unknown(learning, other) ||
			    !is_one_boot(&one->dump->capture,
					 &other->dump->capture))
				continue;
			if (says_more(&one->dump->capture,
				      &other->dump->capture))
				other->is_copy = true;
			else
				one->is_copy = true;
		}
	}
}

static bool exceeds_memory(const struct learning *learning,
			   const struct capture *capture)
{
	const struct host *host = &learning->all->host;

	return host->have_ram_bytes && capture->have_reserved &&
	       capture->reserved_kib > host->ram_bytes / 1024;
}

/* What each of them is, and how many contradict what is known. */
static void judge(struct learning *learning)
{
	size_t unknown = 0;

	for (size_t i = 0; i < learning->count; i++) {
		struct found *found = &learning->found[i];
		const char *id = found->dump->capture.machine_id;

		found->is_too_large =
			found->dump->have_record &&
			exceeds_memory(learning, &found->dump->capture);
		found->is_other_machines = found->is_too_large ||
					   (found->dump->have_record && id[0] &&
					    learning->now.machine_id[0] &&
					    !is_own_id(&learning->now, id));
		found->contradicts =
			found->dump->have_record &&
			contradicts(learning, &found->dump->capture);
	}
	mark_copies(learning);
	for (size_t i = 0; i < learning->count; i++)
		unknown += is_unknown(learning, &learning->found[i]);
	/*
	 * The last boot left one record. If there are several new ones, one
	 * that contradicts what was noted of that boot is another boot's.
	 */
	for (size_t i = 0; i < learning->count; i++) {
		struct found *found = &learning->found[i];

		if (found->contradicts && is_unknown(learning, found)) {
			found->dump->capture.unproven = true;
			found->is_copy = unknown > 1;
		}
	}
}

/* ---- what is learned ---- */

static void refused(const struct found *found, const char *why)
{
	fprintf(stderr, "kdump-dma: %s: not learned: %s\n", found->dump->path,
		why);
}

/* If the capture kernel did not log its size, take the noted reservation. */
static void complete(const struct learning *learning, struct capture *capture)
{
	const struct boot *previous = &learning->previous;

	if (capture->have_reserved || !learning->have_previous ||
	    strcmp(previous->release, capture->release) ||
	    !previous->reserved_bytes)
		return;
	capture->reserved_kib = previous->reserved_bytes / 1024;
	capture->have_reserved =
		capture->available_lowest_kib <= capture->reserved_kib &&
		capture->available_start_kib <= capture->reserved_kib;
	if (!capture->have_reserved)
		capture->reserved_kib = 0;
}

/* Take release and sizes from the note of the last boot. */
static void as_noted(const struct learning *learning, struct capture *capture)
{
	const struct boot *previous = &learning->previous;

	snprintf(capture->release, sizeof(capture->release), "%s",
		 previous->release);
	snprintf(capture->machine, sizeof(capture->machine), "%s",
		 previous->machine);
	capture->have_reserved = previous->reserved_bytes > 0;
	capture->reserved_kib = previous->reserved_bytes / 1024;
	capture->have_initrd = previous->initramfs_bytes > 0;
	capture->initrd_kib = previous->initramfs_bytes / 1024;
}

/*
 * A log or a part of a dump, and no record: the capture kernel ran and began to
 * save. More memory is not what it lacked, as far as anything says.
 */
static void take_log(struct learning *learning, const struct found *found)
{
	struct capture capture = { .outcome = CAPTURE_FAILED,
				   .unfinished = true };

	if (!found->is_new || !learning->previous.armed)
		return;
	strcpy(capture.id, found->dump->path);
	strcpy(capture.when, found->dump->capture.when);
	as_noted(learning, &capture);
	if (!history_knows(&learning->all->history, &capture))
		keep(learning, &capture);
}

static void take(struct learning *learning, const struct found *found)
{
	const struct dump *dump = found->dump;
	struct capture capture = dump->capture;

	if (dump->why[0])
		refused(found, dump->why);
	else if (found->is_too_large && found->is_new)
		refused(found, "more memory was reserved than this machine "
			       "has: its record is another machine's");
	else if (found->is_other_machines && found->is_new)
		refused(found, "its record is another machine's (machine-id)");
	else if (found->contradicts && found->is_copy && found->is_new)
		refused(found, "its reservation differs from the last boot's, "
			       "and it is not the only new record");
	/* What another machine's crash left is no dump of this machine. */
	learning->found_dump = learning->found_dump ||
			       (found->is_new && !found->is_other_machines);
	if (learning->err)
		return;
	if ((dump->incomplete || (dump->have_log && !dump->have_vmcore)) &&
	    !dump->have_record && !dump->why[0])
		take_log(learning, found);
	if (!is_unknown(learning, found))
		return;
	learning->found_dump = true;
	complete(learning, &capture);
	capture.is_test = learning->is_test && found->is_new;
	learning->is_test = learning->is_test && !found->is_new;
	keep(learning, &capture);
}

/*
 * The last boot was armed, did not shut down, and left nothing where it would
 * be seen. A power cut looks the same: only the second one counts, or one with
 * which something else says that the kernel had crashed.
 */
static void notice_no_dump(struct learning *learning)
{
	const struct boot *previous = &learning->previous;
	const struct facts *facts = &learning->all->facts;
	struct capture capture = { .outcome = CAPTURE_NO_DUMP,
				   .crash_seen = learning->crash_seen ||
						 learning->is_test };

	if (!learning->have_previous || !facts->have_boot_id ||
	    !strcmp(previous->boot_id, facts->boot_id) || !previous->armed ||
	    previous->clean || learning->found_dump || learning->err ||
	    !learning->folder.is_seen)
		return;
	snprintf(capture.id, sizeof(capture.id), "boot/%s", previous->boot_id);
	as_noted(learning, &capture);
	when_print_now(capture.when, sizeof(capture.when));
	capture.is_test = learning->is_test;
	if (!history_has(&learning->all->history, capture.id))
		keep(learning, &capture);
}

/* If the last dump failed and its target is full now, say so. */
static void notice_full(const struct learning *learning, const char *folder)
{
	const struct history *history = &learning->all->history;
	struct statvfs st;
	uint64_t bytes;
	int fd;

	if (!folder[0] || !learning->learned || !history->count ||
	    history->captures[history->count - 1].outcome != CAPTURE_FAILED)
		return;
	fd = root_openat(&learning->all->root, O_RDONLY | O_DIRECTORY, "%s",
			 folder + 1);
	if (fd < 0)
		return;
	if (!fstatvfs(fd, &st)) {
		bytes = (uint64_t)st.f_bavail * st.f_frsize;
		if (bytes < ROOM_BYTES)
			fprintf(stderr,
				"kdump-dma: %s: %" PRIu64
				" MiB are free: the next dump has no room\n",
				folder, bytes >> 20);
		else if (st.f_files && !st.f_favail)
			fprintf(stderr,
				"kdump-dma: %s: no inode is free: the next "
				"dump has no room\n",
				folder);
	}
	close(fd);
}

/* Without the note of the last boot nothing is concluded of how it ended. */
static void set_note_aside(const struct learning *learning)
{
	char aside[64];

	if (!state_set_aside(&learning->all->root, BOOT_NAME, aside,
			     sizeof(aside)))
		fprintf(stderr,
			"kdump-dma: /%s/%s does not name a boot: it was "
			"renamed %s, and nothing is concluded about the last "
			"boot\n",
			HISTORY_DIR, BOOT_NAME, aside);
}

static void find_previous(struct learning *learning)
{
	struct stat st;
	int fd = root_openat(&learning->all->root, 0, "%s/%s", HISTORY_DIR,
			     BOOT_NAME);

	if (fd < 0)
		return;
	learning->have_previous =
		boot_load(&learning->all->root, &learning->previous) &&
		learning->previous.boot_id[0];
	if (!learning->have_previous)
		set_note_aside(learning);
	else if (fstat(fd, &st))
		learning->have_previous = false;
	else
		learning->previous_seen = (uint64_t)st.st_mtime;
	close(fd);
}

/* The automount mounts it then. learn may wait for that. */
static bool look_there(const struct root *root, const char *folder)
{
	int fd = root_openat(root, O_RDONLY | O_DIRECTORY, "%s", folder + 1);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/*
 * Another folder is in the place of that of dumps, or none: what was seen in it
 * is not new when it comes back.
 */
static void look_at_folder(struct learning *learning)
{
	const struct gathered *all = learning->all;
	const struct boot *previous = &learning->previous;
	const struct dump_folder *folder = &learning->folder;

	dump_folder_find(&all->root, &all->config, all->host.backend,
			 &learning->folder);
	if (folder->awaits[0] && look_there(&all->root, folder->awaits))
		dump_folder_find(&all->root, &all->config, all->host.backend,
				 &learning->folder);
	if (!folder->fault[0] && folder->path[0])
		return;
	fprintf(stderr,
		"kdump-dma: %s; nothing is concluded from a missing dump\n",
		folder->fault[0] ? folder->fault : folder->unseen);
	for (size_t i = 0; i < previous->seen_count; i++)
		boot_add_seen(&learning->now, previous->seen[i]);
}

static int look_at_all(struct learning *learning)
{
	learning->now.have_seen = true;
	find_ids(learning);
	look_at_folder(learning);
	collect(learning, learning->folder.path);
	pstore_each(&learning->all->root, see_crash, learning);
	judge(learning);
	for (size_t i = 0; i < learning->count; i++)
		take(learning, &learning->found[i]);
	/* A file that could not be read may be the dump that seems missing. */
	if (!trouble_seen())
		notice_no_dump(learning);
	free(learning->found);
	free(learning->dumps);
	return learning->err;
}

/* Only after all was learned and written. An error in here is not fatal. */
static void remove_old(const struct gathered *all, const char *folder)
{
	struct old_dumps old = { 0 };
	bool is_proven;

	if (old_dumps_find(&all->root, &all->config, folder, &all->history,
			   &old))
		old.count = 0;
	is_proven = old.count && dump_folder_is_proven(&all->root, &all->config,
						       all->host.backend);
	if (old.count && !is_proven)
		fprintf(stderr,
			"kdump-dma: %s: nothing is removed (keep, keep_free): "
			"the device that is mounted there does not say that it "
			"is the target\n",
			folder);
	for (size_t i = 0; is_proven && i < old.count; i++) {
		int err = old_dumps_remove(&all->root, &old.list[i]);

		printf("%s: vmcore %s%s (keep, keep_free)\n", old.list[i].path,
		       err ? "cannot be removed: " : "removed",
		       err ? strerror(-err) : "");
	}
	old_dumps_free(&old);
}

/*
 * Did "kdump-dma test" crash the boot before this one? Where its dump was not
 * seen yet, a mark of that was left by the learn before this one.
 */
static bool was_test(const struct learning *learning)
{
	const char *previous = learning->previous.boot_id;
	const char *now = learning->all->facts.boot_id;
	struct test test;

	return test_load(&learning->all->root, &test) &&
	       learning->have_previous && learning->all->facts.have_boot_id &&
	       (!strcmp(test.boot_id, previous) || !strcmp(now, previous)) &&
	       strcmp(test.boot_id, now) != 0;
}

static int learn(struct gathered *all)
{
	static struct learning learning;
	int err;

	learning = (struct learning){ .all = all };
	find_previous(&learning);
	learning.is_test = was_test(&learning);
	err = look_at_all(&learning);
	if (!err && learning.learned)
		err = state_write(&all->root, HISTORY_DIR, HISTORY_NAME,
				  history_print, &all->history);
	notice_full(&learning, learning.folder.path);
	/* Fail, so that the next learn looks again. */
	if (!err && trouble_seen())
		err = -EIO;
	if (!err)
		err = boot_note(all, BOOT_LEARNED, &learning.now);
	if (!err && (learning.folder.is_seen || !learning.is_test))
		state_forget(&all->root, TEST_NAME);
	if (!err && learning.folder.is_seen)
		remove_old(all, learning.folder.path);
	if (!err && !learning.learned)
		puts("nothing new");
	return err;
}

static int learn_or_end(struct gathered *all, const struct options *options)
{
	int err;

	state_clear(&all->root);
	/* The version that can add to it finds the dumps where they are. */
	if (all->history.is_newer && !options->shutdown) {
		fputs("kdump-dma: learn: nothing is learned, removed or "
		      "concluded before kdump-dma is updated\n",
		      stderr);
		return STATUS_UNKNOWN;
	}
	err = options->shutdown ? boot_note(all, BOOT_ENDS, NULL) : learn(all);
	if (err)
		fprintf(stderr, "kdump-dma: learn: %s\n", strerror(-err));
	return err ? STATUS_ERROR : STATUS_OK;
}

int verb_learn(const struct options *options)
{
	/* A clean end is noted even if the configuration is refused. */
	int status = gather_and(
		options, options->shutdown ? GATHER_ANYWAY : GATHER_MEASURED,
		learn_or_end);

	if (!options->apply)
		return status;
	if (status == STATUS_OK)
		status = apply_by_itself(options->dir);
	/* At boot an unknown fact must not fail the unit. */
	return status == STATUS_UNKNOWN ? STATUS_OK : status;
}
