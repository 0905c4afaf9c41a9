// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kdump-dma learn: take in the records of new captures, and notice the crash
 * that left nothing behind. At boot, before the capture image is loaded.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "verbs/boot_note.h"
#include "host/dumps.h"
#include "host/old_dumps.h"
#include "host/room.h"
#include "verbs/gather.h"
#include "verbs/journal.h"
#include "state/state.h"
#include "verbs/verbs.h"
#include "state/capture_json.h"

struct learning {
	struct gathered *all;
	struct boot previous;
	bool have_previous;
	uint64_t previous_seen; /* when that boot was last noted */
	bool found_dump;	/* one that is newer than that */
	uint64_t past_seconds;	/* an older one was learned before */
	unsigned int learned;
	bool is_test; /* that boot was crashed on purpose, and no dump of it yet
		       */
	int err;
};

static void keep(struct learning *learning, const struct capture *capture)
{
	uint64_t limit = config_number(&learning->all->config, CONFIG_HISTORY);
	char why[CAPTURE_ERROR_MAX] = "";

	learning->err = capture_check(capture, why);
	if (learning->err == -EINVAL) {
		fprintf(stderr, "kdump-dma: %s: not learned: %s\n", capture->id,
			why);
		learning->err = 0;
		return;
	}
	if (!learning->err)
		learning->err =
			history_add(&learning->all->history, capture, limit);
	if (learning->err)
		return;
	learning->learned++;
	printf("learned %s: %s, %s%s\n", capture->id, capture->release,
	       capture_outcome_name(capture->outcome),
	       capture->is_test ? ", a test" : "");
	journal_capture(learning->all, capture);
}

static void take_dump(void *arg, const struct dump *dump)
{
	struct learning *learning = arg;
	struct capture capture = dump->capture;

	if (learning->have_previous && dump->changed >= learning->previous_seen)
		learning->found_dump = true;
	if (dump->why[0])
		fprintf(stderr, "kdump-dma: %s: not learned: %s\n", dump->path,
			dump->why);
	if (!dump->have_record || learning->err ||
	    history_has(&learning->all->history, dump->path) ||
	    dump->taken <= learning->past_seconds)
		return;
	/* Of a kernel that said nothing about its size, we may know it. */
	if (!capture.have_reserved && learning->have_previous &&
	    !strcmp(learning->previous.release, capture.release) &&
	    learning->previous.reserved_bytes) {
		capture.have_reserved = true;
		capture.reserved_kib = learning->previous.reserved_bytes / 1024;
		if (capture.available_lowest_kib > capture.reserved_kib ||
		    capture.available_start_kib > capture.reserved_kib)
			capture.have_reserved = false;
	}
	/* Its clock may have been behind this one's. */
	learning->found_dump = true;
	capture.is_test = learning->is_test;
	learning->is_test = false;
	keep(learning, &capture);
}

/*
 * The last boot was armed, did not shut down, and neither a dump nor a record
 * is newer than it, where it would be seen. A power cut looks the same; so one
 * such finding raises the plan once, and more of them in a row do not raise it
 * further.
 */
static void notice_no_dump(struct learning *learning)
{
	const struct boot *previous = &learning->previous;
	const struct facts *facts = &learning->all->facts;
	struct capture capture = { .outcome = CAPTURE_NO_DUMP };
	time_t now = time(NULL);
	struct tm utc;

	if (!learning->have_previous || !facts->have_boot_id ||
	    !strcmp(previous->boot_id, facts->boot_id) || !previous->armed ||
	    previous->clean || learning->found_dump || learning->err ||
	    !host_saves_here(&learning->all->root, &learning->all->config,
			     &learning->all->host))
		return;
	snprintf(capture.id, sizeof(capture.id), "boot/%s", previous->boot_id);
	snprintf(capture.release, sizeof(capture.release), "%s",
		 previous->release);
	snprintf(capture.machine, sizeof(capture.machine), "%s",
		 previous->machine);
	strftime(capture.when, sizeof(capture.when), "%Y-%m-%dT%H:%M:%SZ",
		 gmtime_r(&now, &utc));
	capture.have_reserved = previous->reserved_bytes > 0;
	capture.reserved_kib = previous->reserved_bytes / 1024;
	capture.is_test = learning->is_test;
	if (!history_has(&learning->all->history, capture.id))
		keep(learning, &capture);
}

static void print_history(FILE *to, const void *arg)
{
	history_print(to, arg);
}

static void find_previous(struct learning *learning)
{
	struct stat st;
	int fd;

	learning->have_previous =
		boot_load(&learning->all->root, &learning->previous) &&
		learning->previous.boot_id[0];
	if (!learning->have_previous)
		return;
	fd = root_openat(&learning->all->root, 0, "%s/%s", HISTORY_DIR,
			 BOOT_NAME);
	if (fd < 0 || fstat(fd, &st))
		learning->have_previous = false;
	else
		learning->previous_seen = (uint64_t)st.st_mtime;
	if (fd >= 0)
		close(fd);
}

/* After all was learned and written. What cannot be removed is no failure. */
static void remove_old(const struct gathered *all, const char *folder)
{
	uint64_t keep = config_number(&all->config, CONFIG_KEEP);
	uint64_t keep_free = config_number(&all->config, CONFIG_KEEP_FREE);
	struct old_dumps old = { 0 };
	struct room room;

	if ((!keep && !keep_free) ||
	    !host_saves_here(&all->root, &all->config, &all->host))
		return;
	room_collect(&all->root, folder, "", &room);
	if (!old_dumps_find(&all->root, folder, &all->history, keep, keep_free,
			    room.have_free ? room.free_bytes : UINT64_MAX,
			    &old))
		for (size_t i = 0; i < old.count; i++) {
			int err = old_dumps_remove(&all->root, &old.list[i]);

			printf("%s: vmcore removed, for keep or keep_free: "
			       "%s\n",
			       old.list[i].path, err ? strerror(-err) : "done");
		}
	old_dumps_free(&old);
}

/* Did "kdump-dma test" crash the boot before this one? */
static bool was_test(const struct learning *learning)
{
	struct test test;

	return test_load(&learning->all->root, &test) &&
	       learning->have_previous && learning->all->facts.have_boot_id &&
	       !strcmp(test.boot_id, learning->previous.boot_id) &&
	       strcmp(test.boot_id, learning->all->facts.boot_id) != 0;
}

static int learn(struct gathered *all)
{
	struct learning learning = { .all = all };
	char folder[CAPTURE_FOLDER_MAX];
	bool told = backend_folder(all->host.backend, &all->root, &all->config,
				   folder);
	int err;

	if (!told)
		fprintf(stderr,
			"kdump-dma: the folder that dumps are saved to cannot "
			"be told: looking in %s, nothing is concluded\n",
			folder);
	find_previous(&learning);
	learning.is_test = was_test(&learning);
	learning.past_seconds = history_past_seconds(
		&all->history, config_number(&all->config, CONFIG_HISTORY));
	err = dumps_each(&all->root, folder, false, take_dump, &learning);
	notice_no_dump(&learning);
	if (!err)
		err = learning.err;
	if (!err && learning.learned)
		err = state_write(&all->root, HISTORY_DIR, HISTORY_NAME,
				  print_history, &all->history);
	if (!err)
		err = boot_note(all, BOOT_LEARNED);
	if (!err)
		test_clear(&all->root);
	if (!err && told)
		remove_old(all, folder);
	if (!err && !learning.learned)
		puts("nothing new");
	return err;
}

static int learn_or_end(struct gathered *all, void *arg)
{
	const struct options *options = arg;
	int err;

	state_clear(&all->root);
	err = options->shutdown ? boot_note(all, BOOT_ENDS) : learn(all);
	if (err)
		fprintf(stderr, "kdump-dma: learn: %s\n", strerror(-err));
	return err ? STATUS_ERROR : STATUS_OK;
}

int verb_learn(const struct options *options)
{
	/* That it ends in order is true whatever its configuration says. */
	int status =
		gather_and(options->dir,
			   options->shutdown ? GATHER_ANYWAY : GATHER_MEASURED,
			   learn_or_end, (struct options *)options);

	if (status != STATUS_OK || !options->apply)
		return status;
	status = apply_below(options->dir);
	/* At boot it is no failure that something cannot be told. */
	return status == STATUS_UNKNOWN ? STATUS_OK : status;
}
