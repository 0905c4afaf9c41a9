// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kdump-dma apply: put the plan in force.
 *
 * Order, so that a kill at any point can be finished or undone: what is meant
 * to be in force is written to "applied", with what is still to do; then each
 * file (undo.c); then the commands; then "applied" with nothing left to do.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "apply/commands.h"
#include "apply/stop.h"
#include "apply/undo.h"
#include "config/cmdline.h"
#include "config/shellconf.h"
#include "lib/when.h"
#include "lib/write_file.h"
#include "peers/edits.h"
#include "plan/plan_print.h"
#include "state/file.h"
#include "state/ours.h"
#include "state/state.h"
#include "state/trouble.h"
#include "verbs/boot_note.h"
#include "verbs/gather.h"
#include "verbs/journal.h"
#include "verbs/verbs.h"

struct applying {
	struct gathered *all;
	bool dry_run;
	bool is_automatic;	/* nobody ran apply: a revert holds */
	const char *new_kernel; /* its boot entries alone; NULL: all there is */
	struct applied applied;
	struct ours ours;
	bool sets_panic; /* words for its own panics, where nobody has them */
	bool sets[SETTINGS];	 /* what this run puts in force */
	const char *crashkernel; /* the words, if that is one of them */
	struct edits edits;
	bool refused; /* a setting that people have to see to */
	bool unseen;  /* and nothing tells whether the next boot gets it */
	bool gave_up; /* what an earlier run left to do is not ours any more */
};

static int write_applied(const struct applying *applying)
{
	int err = state_write(&applying->all->root, HISTORY_DIR, APPLIED_NAME,
			      applied_print, &applying->applied);

	if (err)
		fprintf(stderr, "kdump-dma: /%s/%s: %s\n", HISTORY_DIR,
			APPLIED_NAME, strerror(-err));
	return err;
}

static void record_pool(struct applying *applying, const char *value)
{
	struct applied *applied = &applying->applied;

	snprintf(applied->coherent_pool_was, sizeof(applied->coherent_pool_was),
		 "%s",
		 applied->have_coherent_pool ? applied->coherent_pool : "");
	applied->have_coherent_pool = value[0] != '\0';
	snprintf(applied->coherent_pool, sizeof(applied->coherent_pool),
		 "%.63s", value);
}

static void record_crashkernel(struct applying *applying,
			       const struct setting *setting)
{
	struct applied *applied = &applying->applied;
	const struct facts *facts = &applying->all->facts;

	applied->have_crashkernel = true;
	snprintf(applied->crashkernel, sizeof(applied->crashkernel), "%s",
		 setting->new);
	snprintf(applied->boot_id, sizeof(applied->boot_id), "%s",
		 facts->have_boot_id ? facts->boot_id : "");
	when_print_now(applied->when, sizeof(applied->when));
	snprintf(applied->why, sizeof(applied->why), "%s: %s",
		 plan_reason_name(setting->reason), setting->sentence);
}

/*
 * An earlier run did not finish the boot line, and somebody has set it since:
 * drop what is left of that run.
 */
static void give_up(struct applying *applying)
{
	struct applied *applied = &applying->applied;

	printf("crashkernel: %s, which an interrupted apply was to set, is "
	       "given up: somebody else has chosen the value since\n",
	       applied->crashkernel);
	applied->pending &= ~(uint64_t)PENDING_BOOTLOADER;
	/* It is not waited for at the next boot. */
	applied->boot_id[0] = '\0';
	applying->gave_up = true;
}

/*
 * What the plan asks for, and what a killed run left to do. The pool setting
 * can be re-read from the file it lives in, so an unchanged plan means that it
 * is in place. Only the file "applied" tells whether crashkernel= reached the
 * boot loader.
 */
static void choose_target(struct applying *applying)
{
	const struct plan *plan = &applying->all->plan;
	const struct setting *pool = &plan->settings[SETTING_COHERENT_POOL];
	const struct setting *size = &plan->settings[SETTING_CRASHKERNEL];
	const struct applied *applied = &applying->applied;
	bool unfinished =
		applied->have_crashkernel && !size->change &&
		(applied->pending & (PENDING_EDITS | PENDING_BOOTLOADER));
	/* The boot has an older value of ours: set what is meant. */
	bool is_older = applying->all->host.is_older;
	bool is_lost = applying->all->host.is_lost;
	bool is_ours =
		applying->all->host.crashkernel_whose.owner == OWNER_OURS &&
		size->reason != PLAN_NOT_MANAGED;

	if (unfinished && !is_ours)
		give_up(applying);
	applying->sets[SETTING_COHERENT_POOL] = pool->change;
	/* They stand beside the pool's word: not if that is left alone. */
	applying->sets_panic =
		applying->all->host.panic_words == PANIC_WORDS_MISSING &&
		pool->reason != PLAN_NOT_MANAGED;
	applying->sets[SETTING_CRASHKERNEL] =
		size->change ||
		((unfinished || is_older || is_lost) && is_ours);
	applying->crashkernel =
		size->change || is_older ? size->new : applied->crashkernel;
}

/* And not what an earlier run left to do. */
static bool sets_new_crashkernel(const struct applying *applying)
{
	return applying->sets[SETTING_CRASHKERNEL] &&
	       (applying->all->plan.settings[SETTING_CRASHKERNEL].change ||
		applying->all->host.is_older);
}

/* Note in "applied" what is to be in force from here on. */
static void record_target(struct applying *applying)
{
	const struct plan *plan = &applying->all->plan;
	const struct setting *pool = &plan->settings[SETTING_COHERENT_POOL];
	const struct setting *size = &plan->settings[SETTING_CRASHKERNEL];

	if (applying->sets[SETTING_COHERENT_POOL])
		record_pool(applying, pool->new);
	else if (applying->all->host.pool_whose.owner == OWNER_OURS)
		record_pool(applying, pool->old);
	if (sets_new_crashkernel(applying))
		record_crashkernel(applying, size);
}

/* Before anything is written: killed from here on, both values are ours. */
static int remember_ours(struct applying *applying,
			 const struct applied *before)
{
	const struct root *root = &applying->all->root;
	const struct applied *now = &applying->applied;
	struct ours *ours = &applying->ours, was;
	int err;

	ours_load(root, ours);
	was = *ours;
	/* Earlier versions of kdump-dma kept the last one only. */
	if (before->have_crashkernel)
		ours_add(&ours->crashkernel, before->crashkernel);
	if (before->have_coherent_pool)
		ours_add(&ours->pool, before->coherent_pool);
	if (now->have_crashkernel)
		ours_add(&ours->crashkernel, now->crashkernel);
	if (now->have_coherent_pool)
		ours_add(&ours->pool, now->coherent_pool);
	if (!memcmp(&was, ours, sizeof(was)))
		return 0;
	err = ours_store(root, ours);
	if (err)
		fprintf(stderr, "kdump-dma: /%s/%s: %s\n", HISTORY_DIR,
			OURS_NAME, strerror(-err));
	return err;
}

static struct commands_input commands_input(const struct applying *applying)
{
	return (struct commands_input){
		.root = &applying->all->root,
		.host = &applying->all->host,
		.crashkernel = applying->applied.crashkernel,
		.is_unfinished = !sets_new_crashkernel(applying),
	};
}

static int write_edits(const struct applying *applying)
{
	int err = 0;

	for (size_t i = 0; !err && i < applying->edits.count; i++) {
		const struct edit *edit = &applying->edits.list[i];

		err = undo_write(&applying->all->root, edit);
		if (err)
			fprintf(stderr, "kdump-dma: /%s: %s\n", edit->path,
				strerror(-err));
		else
			printf("%s /%s\n", edit->new ? "wrote" : "removed",
			       edit->path);
	}
	return err;
}

/* What this run's own changes need. */
static uint64_t commands_of(const struct applying *applying)
{
	uint64_t commands = 0;

	if (applying->sets[SETTING_CRASHKERNEL])
		commands |= PENDING_BOOTLOADER;
	if (applying->sets[SETTING_COHERENT_POOL] || applying->sets_panic)
		commands |= PENDING_RELOAD;
	return commands;
}

static int put_in_force(struct applying *applying)
{
	struct commands_input input = commands_input(applying);
	struct applied *applied = &applying->applied, before;
	uint64_t commands = commands_of(applying), rest = 0;
	bool reloads;
	int err;

	/* If no image is loaded, the next load reads the new configuration. */
	if (!boot_note_is_armed(applying->all))
		commands &= ~(uint64_t)PENDING_RELOAD;
	/* Keep the mark of what cannot be finished this time, either. */
	if (applying->refused && !applying->sets[SETTING_CRASHKERNEL] &&
	    !applying->gave_up)
		rest = applied->pending & (PENDING_EDITS | PENDING_BOOTLOADER);
	/* Commands that an earlier run could not run are run now. */
	applied->pending |= PENDING_EDITS | commands;
	applied_load(&applying->all->root, &before);
	err = remember_ours(applying, &before);
	if (!err)
		err = write_applied(applying);
	if (!err)
		err = write_edits(applying);
	if (!err)
		err = undo_settle(&applying->all->root);
	if (err)
		return err;
	commands = applied->pending & ~(rest | PENDING_EDITS);
	fflush(stdout);
	reloads = commands & PENDING_RELOAD;
	err = commands_run(&input, &commands);
	/* The native backend built its image anew, if it had to. */
	if (reloads && !(commands & PENDING_RELOAD))
		gather_measure(applying->all);
	applying->unseen = err == COMMIT_UNSEEN;
	if (applying->unseen)
		err = 0;
	applied->pending = commands | rest;
	applied->coherent_pool_was[0] = '\0';
	return write_applied(applying) ? -EIO : err;
}

static void show(const struct applying *applying)
{
	struct commands_input input = commands_input(applying);

	for (size_t i = 0; i < applying->edits.count; i++)
		printf("would write /%s\n", applying->edits.list[i].path);
	commands_describe(stdout, "would run ", &input,
			  applying->applied.pending | commands_of(applying));
}

static void say_when(const struct applying *applying)
{
	const struct plan_numbers *numbers = &applying->all->plan.numbers;

	if (!applying->sets[SETTING_CRASHKERNEL])
		return;
	if (applying->unseen)
		printf("crashkernel= was handed to %s; whether the next boot "
		       "gets it cannot be read back here\n",
		       applying->all->host.bootloader->command);
	else
		printf("crashkernel= takes effect at the next boot; %" PRIu64
		       " MiB are reserved now\n",
		       numbers->reserved_bytes >> 20);
}

/* A kernel that was installed since came with an entry of its own. */
static int see_to_new_entries(const struct applying *applying)
{
	const struct gathered *all = applying->all;
	const struct setting *size = &all->plan.settings[SETTING_CRASHKERNEL];

	if (applying->dry_run || !all->root.is_live ||
	    (sets_new_crashkernel(applying) && !applying->new_kernel) ||
	    all->host.crashkernel_whose.owner != OWNER_OURS ||
	    size->reason == PLAN_NOT_MANAGED || !all->host.bootloader->give_new)
		return 0;
	return all->host.bootloader->give_new(&all->root,
					      applying->applied.crashkernel,
					      applying->new_kernel);
}

/* What the backend adds, and words for its own panics if there are none. */
static int words_of(const struct applying *applying, char *out, size_t size)
{
	const struct host *host = &applying->all->host;
	int n = snprintf(out, size, "%s", host->append);

	if (n < 0 || (size_t)n >= size)
		return -ENOSPC;
	return applying->sets_panic ? cmdline_put(out, size, host->panic_add)
				    : 0;
}

static int edit_append(struct applying *applying, const char *pool)
{
	const struct gathered *all = applying->all;
	char words[HOST_APPEND_MAX];

	if (!all->host.have_append)
		return edits_refuse(&applying->edits, -EINVAL, "%s",
				    all->host.problem);
	if (words_of(applying, words, sizeof(words)))
		return edits_refuse(&applying->edits, -ENOSPC,
				    "what %s adds is too long",
				    all->host.backend->name);
	return all->host.backend->edit_pool(
		&all->root, words, pool[0] ? pool : NULL, &applying->edits);
}

static int edit_pool(struct applying *applying)
{
	return edit_append(
		applying,
		applying->all->plan.settings[SETTING_COHERENT_POOL].new);
}

/* By itself: the pool stays as it is there. */
static int edit_panic(struct applying *applying)
{
	char pool[64];

	(void)cmdline_last(applying->all->host.append, "coherent_pool", pool,
			   sizeof(pool));
	return edit_append(applying, pool);
}

static int edit_crashkernel(struct applying *applying)
{
	const struct gathered *all = applying->all;
	const struct host *host = &all->host;
	const char *words = applying->crashkernel;
	int err = 0;

	if (!shellconf_is_safe(words) || strlen(words) >= HOST_WORDS_MAX)
		return edits_refuse(&applying->edits, -EINVAL,
				    "crashkernel: not a safe value");
	if (host->bootloader->advice)
		return edits_refuse(&applying->edits, -ENOTSUP,
				    host->bootloader->advice, words);
	if (host->bootloader->precheck && all->root.is_live &&
	    !applying->dry_run)
		err = host->bootloader->precheck(&all->root, words,
						 &applying->edits);
	if (!err && host->backend->edit_crashkernel)
		err = host->backend->edit_crashkernel(
			&all->root, host->bootloader, &applying->edits);
	if (!err && host->bootloader->edit)
		err = host->bootloader->edit(&all->root, words,
					     &applying->edits);
	return err;
}

/* Each setting by itself: one that only people can make must not stop the
 * other. */
static int make_edits(struct applying *applying)
{
	static int (*const make[SETTINGS])(struct applying * applying) = {
		[SETTING_COHERENT_POOL] = edit_pool,
		[SETTING_CRASHKERNEL] = edit_crashkernel,
	};

	for (unsigned int i = 0; i < SETTINGS; i++) {
		int err = applying->sets[i] ? make[i](applying) : 0;

		if (!err)
			continue;
		fprintf(stderr, "kdump-dma: %s\n", applying->edits.error);
		if (err == -ENOMEM)
			return err;
		applying->refused = true;
		applying->sets[i] = false;
	}
	if (applying->sets_panic && !applying->sets[SETTING_COHERENT_POOL] &&
	    edit_panic(applying)) {
		fprintf(stderr, "kdump-dma: %s\n", applying->edits.error);
		applying->refused = true;
		applying->sets_panic = false;
	}
	edits_drop_unchanged(&applying->edits);
	return 0;
}

static bool has_work(const struct applying *applying)
{
	return applying->sets[SETTING_COHERENT_POOL] || applying->sets_panic ||
	       applying->sets[SETTING_CRASHKERNEL] ||
	       applying->applied.pending || applying->gave_up;
}

/* Running apply ends a revert: remove its mark. */
static int begin(const struct applying *applying)
{
	const struct root *root = &applying->all->root;
	int err;

	if (applying->dry_run)
		return 0;
	state_clear(root);
	err = file_remove(root, HISTORY_DIR "/" REVERTED_NAME);
	if (err)
		fprintf(stderr, "kdump-dma: /%s/%s: %s\n", HISTORY_DIR,
			REVERTED_NAME, strerror(-err));
	return err;
}

/* A file that could not be read may be the one that decides: stop. */
static bool gives_way(const struct applying *applying)
{
	if (applying->dry_run || !trouble_seen())
		return false;
	fputs("kdump-dma: nothing is changed\n", stderr);
	return true;
}

/* The edits are made and the target is recorded: do it, or show it. */
static int carry_out(struct applying *applying)
{
	int err = 0;

	if (applying->dry_run)
		show(applying);
	else if (has_work(applying)) {
		stop_hold();
		err = put_in_force(applying);
		stop_release();
	}
	if (!err)
		err = see_to_new_entries(applying);
	if (!err && !applying->dry_run) {
		say_when(applying);
		if (applying->sets[SETTING_COHERENT_POOL] ||
		    applying->sets[SETTING_CRASHKERNEL])
			journal_plan(applying->all, applying->sets);
	}
	return err;
}

static int apply(struct applying *applying)
{
	const struct plan *plan = &applying->all->plan;
	int err;

	if (applying->is_automatic && state_is_reverted(&applying->all->root)) {
		puts("reverted: nothing is applied until \"kdump-dma apply\" "
		     "is run");
		return STATUS_OK;
	}
	if (applying->new_kernel) {
		applied_load(&applying->all->root, &applying->applied);
		return see_to_new_entries(applying) ? STATUS_ERROR : STATUS_OK;
	}
	plan_print_text(stdout, plan);
	if (applying->all->host.doubt[0])
		fprintf(stderr, "kdump-dma: %s\n", applying->all->host.doubt);
	/* A capture kernel shows nothing of what production needs. */
	if (plan->settings[SETTING_CRASHKERNEL].reason ==
	    PLAN_IS_CAPTURE_KERNEL)
		return plan_status(plan);
	if (gives_way(applying))
		return STATUS_UNKNOWN;
	if (begin(applying))
		return STATUS_ERROR;
	applied_load(&applying->all->root, &applying->applied);
	choose_target(applying);
	if (!has_work(applying))
		return see_to_new_entries(applying) ? STATUS_ERROR
						    : plan_status(plan);
	err = make_edits(applying);
	if (err) {
		edits_free(&applying->edits);
		return STATUS_ERROR;
	}
	if (gives_way(applying)) {
		edits_free(&applying->edits);
		return STATUS_UNKNOWN;
	}
	record_target(applying);
	err = carry_out(applying);
	edits_free(&applying->edits);
	if (err)
		return STATUS_ERROR;
	return applying->refused || applying->unseen ||
			       plan_has_unknown(plan) || trouble_seen()
		       ? STATUS_UNKNOWN
		       : STATUS_OK;
}

static int apply_gathered(struct gathered *all, const struct options *options)
{
	struct applying applying = { .all = all,
				     .dry_run = options->dry_run,
				     .new_kernel = options->kernel,
				     .is_automatic = options->apply ||
						     options->kernel };

	return apply(&applying);
}

int apply_by_itself(const char *dir)
{
	const struct options options = { .dir = dir, .apply = true };

	return gather_and(&options, GATHER_MEASURED, apply_gathered);
}

int verb_apply(const struct options *options)
{
	enum gather_how how = options->dry_run	? GATHER_TO_READ
			      : options->kernel ? GATHER_TO_WRITE
						: GATHER_MEASURED;

	return gather_and(options, how, apply_gathered);
}
