// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-dma revert: put back what apply changed, to the byte. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "apply/commands.h"
#include "apply/stop.h"
#include "apply/undo.h"
#include "state/file.h"
#include "state/saved.h"
#include "state/state.h"
#include "state/trouble.h"
#include "verbs/boot_note.h"
#include "verbs/gather.h"
#include "verbs/verbs.h"

/* The commands by which the restored files take effect. */
static uint64_t commands_of(const struct gathered *all, bool had_crashkernel)
{
	uint64_t commands = boot_note_is_armed(all) ? PENDING_RELOAD : 0;

	/* take_back() restores the words that a program holds. */
	if (had_crashkernel && all->host.bootloader->files[0].path)
		commands |= PENDING_BOOTLOADER;
	return commands;
}

static void print_mark(FILE *to, const void *arg)
{
	(void)arg;
	fputs("kdump-dma revert was run: nothing is applied until kdump-dma "
	      "apply is run\n",
	      to);
}

/*
 * Write the mark first, so that no boot or upgrade applies again. If we are
 * killed after it and apply runs instead of revert, PENDING_EDITS makes apply
 * start over from the files.
 */
static int begin(const struct gathered *all, bool was_applied,
		 struct applied *applied)
{
	int err = state_write(&all->root, HISTORY_DIR, REVERTED_NAME,
			      print_mark, NULL);

	state_clear(&all->root);
	if (!err && was_applied && !(applied->pending & PENDING_EDITS)) {
		applied->pending |= PENDING_EDITS;
		err = state_write(&all->root, HISTORY_DIR, APPLIED_NAME,
				  applied_print, applied);
	}
	if (err)
		fprintf(stderr, "kdump-dma: /%s: %s\n", HISTORY_DIR,
			strerror(-err));
	return err;
}

static int take_back(const struct bootloader *bootloader,
		     const struct root *root, const struct applied *applied,
		     bool was_cut)
{
	int err = root_exists(root, "%s/%s", SAVED_DIR, bootloader->kept)
			  ? commands_look_for_boot(root, bootloader)
			  : 0;

	return err ? err
		   : bootloader->take_back(root, applied->crashkernel, was_cut);
}

/* Restore the words of boot entries that only programs can write. */
static int revert_args(const struct gathered *all,
		       const struct applied *applied, bool was_cut,
		       bool no_commands)
{
	int err = 0;

	for (const struct bootloader *const *at = bootloaders; *at; at++) {
		if (!(*at)->take_back)
			continue;
		if (!no_commands && all->root.is_live)
			err = err ? err
				  : take_back(*at, &all->root, applied,
					      was_cut);
		else if (root_exists(&all->root, "%s/%s", SAVED_DIR,
				     (*at)->kept))
			printf("not run: %s\n", (*at)->command);
	}
	return err;
}

static int revert(struct gathered *all, bool no_commands)
{
	struct commands_input input = { .root = &all->root,
					.host = &all->host,
					.no_commands = no_commands };
	struct applied applied;
	unsigned int restored;
	uint64_t commands;
	bool was_applied = applied_load(&all->root, &applied);
	bool was_cut = applied.pending;
	int err = begin(all, was_applied, &applied), args_err, commands_err;

	if (err)
		return err;
	/* Go on after an error: undo everything that can be undone. */
	err = undo_revert(&all->root, &restored);
	args_err = revert_args(all, &applied, was_cut, no_commands);
	if (!err && !args_err && !was_applied && !restored) {
		puts("nothing of ours is in force, and nothing is applied "
		     "until \"kdump-dma apply\" is run");
		return 0;
	}
	printf("restored %u file%s; nothing is applied until \"kdump-dma "
	       "apply\" is run\n",
	       restored, restored == 1 ? "" : "s");
	fflush(stdout);
	/* Without what we remember, a file of ours that was there has told. */
	commands = commands_of(all, applied.have_crashkernel ||
					    (!was_applied && restored));
	commands_err = commands_run(&input, &commands);
	if (commands_err == COMMIT_UNSEEN)
		commands_err = 0;
	if (!err)
		err = args_err ? args_err : commands_err;
	if (!err && trouble_seen())
		err = -EIO;
	/* Removed last: a rerun runs the commands until then. */
	return err ? err
		   : file_remove(&all->root, HISTORY_DIR "/" APPLIED_NAME);
}

static int revert_gathered(struct gathered *all, const struct options *options)
{
	int err;

	stop_hold();
	err = revert(all, options->no_commands);
	stop_release();
	if (!err)
		return STATUS_OK;
	fputs("kdump-dma: not all is undone: run \"kdump-dma revert\" again\n",
	      stderr);
	return STATUS_ERROR;
}

int verb_revert(const struct options *options)
{
	return gather_and(options, GATHER_ANYWAY, revert_gathered);
}
