// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kdump-dma test: crash on purpose. The next boot's learn knows by a mark that
 * it was wanted.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host/dump_folder.h"
#include "host/room.h"
#include "lib/macros.h"
#include "lib/when.h"
#include "state/state.h"
#include "verbs/boot_note.h"
#include "verbs/gather.h"
#include "verbs/journal.h"
#include "verbs/verbs.h"

static void say_what_is_lost(const struct gathered *all)
{
	struct dump_folder folder;
	struct room room;

	dump_folder_find(&all->root, &all->config, all->host.backend, &folder);
	puts("This crashes the kernel of this machine now. All programs end at "
	     "once: what they\nhave not saved is lost, and all users are "
	     "logged out.");
	room_collect(&all->root, folder.is_seen ? folder.path : NULL,
		     config_text(&all->config, CONFIG_COLLECTOR_ARGS), &room);
	if (room.have_expected && room.have_free)
		printf("A dump of up to %" PRIu64
		       " MiB goes to %s, where %" PRIu64 " MiB are free.\n",
		       room.expected_bytes / MIB, folder.path,
		       room.free_bytes / MIB);
	if (folder.fault[0])
		printf("Before that: %s.\n", folder.fault);
	else if (!folder.is_seen)
		printf("What comes of it is not seen from here: %s.\n",
		       folder.unseen);
	puts("Then the machine boots. What came of it: kdump-dma show");
}

static bool is_confirmed(void)
{
	char answer[16];

	if (!isatty(0)) {
		fputs("kdump-dma: test: there is no terminal to ask on: give "
		      "--yes to confirm\n",
		      stderr);
		return false;
	}
	fputs("Type \"yes\" to crash: ", stdout);
	fflush(stdout);
	if (fgets(answer, sizeof(answer), stdin) && streq(answer, "yes\n"))
		return true;
	fputs("kdump-dma: test: nothing was done\n", stderr);
	return false;
}

static int mark(const struct gathered *all)
{
	struct test test = { 0 };

	if (!all->facts.have_boot_id)
		return -ENODATA;
	snprintf(test.boot_id, sizeof(test.boot_id), "%s", all->facts.boot_id);
	when_print_now(test.when, sizeof(test.when));
	return state_write(&all->root, HISTORY_DIR, TEST_NAME, test_print,
			   &test);
}

/* Root may always trigger: kernel.sysrq counts for the keyboard only. */
static int crash(const struct gathered *all)
{
	int fd = root_openat(&all->root, O_WRONLY, "proc/sysrq-trigger");
	ssize_t n;

	if (fd < 0)
		return fd;
	sync();
	n = write(fd, "c", 1);
	close(fd);
	return n < 0 ? -errno : -EIO;
}

static bool is_armed(const struct gathered *all)
{
	if (boot_note_is_armed(all))
		return true;
	fprintf(stderr, "kdump-dma: test: nothing would be captured: %s\n",
		boot_note_why(all));
	return false;
}

/* Without the lock: an answer may take hours, and the machine goes on. */
static int ask(struct gathered *all, const struct options *options)
{
	if (!is_armed(all))
		return STATUS_NOT_ARMED;
	say_what_is_lost(all);
	return options->yes || is_confirmed() ? STATUS_OK : STATUS_USAGE;
}

static int test(struct gathered *all, const struct options *options)
{
	int err;

	(void)options;
	if (!is_armed(all))
		return STATUS_NOT_ARMED;
	err = boot_note(all, BOOT_GOES_ON, NULL);
	if (!err)
		err = mark(all);
	if (!err) {
		journal_test(all);
		fflush(stdout);
		err = crash(all);
		state_forget(&all->root, TEST_NAME);
	}
	fprintf(stderr, "kdump-dma: test: the kernel did not crash: %s\n",
		strerror(-err));
	return STATUS_ERROR;
}

int verb_test(const struct options *options)
{
	int status;

	if (!streq(options->dir, "/")) {
		fputs("kdump-dma: test: only this machine can be crashed, not "
		      "one below --root\n",
		      stderr);
		return STATUS_USAGE;
	}
	status = gather_and(options, GATHER_TO_READ, ask);
	return status ? status : gather_and(options, GATHER_TO_WRITE, test);
}
