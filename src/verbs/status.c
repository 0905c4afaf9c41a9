// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-dma status: one screen; the exit status is for monitoring. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "verbs/boot_note.h"
#include "verbs/gather.h"
#include "lib/json.h"
#include "state/lock.h"
#include "host/old_dumps.h"
#include "host/room.h"
#include "plan/outlook.h"
#include "plan/plan_print.h"
#include "state/state.h"
#include "plan/seen.h"
#include "verbs/verbs.h"
#include "state/capture_json.h"

#define MIB (UINT64_C(1) << 20)
#define GIB (UINT64_C(1) << 30)

/* Upwards, as plan says it. */
static uint64_t mib(uint64_t bytes)
{
	return (bytes + MIB - 1) / MIB;
}

/* What status knows beyond what was gathered. */
struct seen {
	const struct gathered *all;
	uint64_t low_bytes; /* the part of the reservation below 4 GiB */
	enum verdict verdict;
	bool observed;
	const struct capture *last;
	bool applying; /* an apply is at work */
	struct outlook *outlook;
	bool unfinished; /* an apply that was killed, or a command that failed
			  */
	bool is_set;	 /* nothing is left to do to the boot line */
};

static void look(const struct gathered *all, struct seen *seen)
{
	const struct iomem *iomem = &all->facts.iomem;
	struct plan_input input = gathered_input(all);
	struct applied applied;
	enum patched patched;
	static struct outlook outlook;

	*seen = (struct seen){ .all = all, .outlook = &outlook };
	outlook_make(&all->root, &input, &outlook);
	for (size_t i = 0; all->facts.have_iomem && i < iomem->crash_count; i++)
		if (iomem->crash[i].start < 4 * GIB)
			seen->low_bytes +=
				iomem->crash[i].end - iomem->crash[i].start + 1;
	seen->verdict = plan_verdict(&input, &seen->observed, &patched);
	if (all->history.count)
		seen->last = &all->history.captures[all->history.count - 1];
	applied_load(&all->root, &applied);
	seen->applying = applied.pending && lock_is_taken(&all->root);
	seen->unfinished = applied.pending && !seen->applying;
	seen->is_set =
		!(applied.pending & (PENDING_EDITS | PENDING_BOOTLOADER));
}

static int exit_status(const struct seen *seen)
{
	const struct gathered *all = seen->all;
	int planned = plan_status(&all->plan);

	if (!is_armed(all))
		return STATUS_NOT_ARMED;
	if (planned == STATUS_CHANGE || all->host.awaits_reboot ||
	    seen->unfinished || seen->applying || all->host.doubt[0] ||
	    seen->outlook->doubts_count ||
	    (seen->last && seen->last->outcome != CAPTURE_SAVED))
		return STATUS_CHANGE;
	return planned;
}

static void print_reservation(const struct seen *seen)
{
	const struct plan_numbers *numbers = &seen->all->plan.numbers;
	uint64_t bytes = numbers->reserved_bytes;

	if (!seen->all->facts.have_iomem) {
		printf("reserved     not known: /proc/iomem shows addresses to "
		       "root only\n");
		return;
	}
	printf("reserved     %" PRIu64 " MiB", bytes >> 20);
	if (seen->low_bytes && seen->low_bytes < bytes)
		printf(", of which %" PRIu64 " MiB below 4 GiB",
		       seen->low_bytes >> 20);
	else if (bytes)
		printf(", all of it %s 4 GiB",
		       seen->low_bytes ? "below" : "above");
	putchar('\n');
}

static void print_need(const struct seen *seen)
{
	const struct plan_numbers *numbers = &seen->all->plan.numbers;

	if (numbers->measured_bytes)
		printf("measured     %" PRIu64 " MiB at most, in %" PRIu64
		       " capture%s\n",
		       mib(numbers->measured_bytes), numbers->captures_count,
		       numbers->captures_count == 1 ? "" : "s");
	else if (numbers->estimate.have)
		printf("measured     nothing yet; estimated %" PRIu64 " MiB\n",
		       mib(numbers->estimate.total_bytes));
	else
		printf("measured     nothing yet\n");
}

static void print_setting(const struct seen *seen, enum setting_name name,
			  const struct whose *whose)
{
	const struct setting *setting = &seen->all->plan.settings[name];

	printf("%-12s %s", setting_name(name),
	       setting->old[0] ? setting->old : "(unset)");
	if (whose->owner != OWNER_NOBODY)
		printf(", set by %s", owner_name(whose->owner));
	if (whose->owner == OWNER_DISTRIBUTION ||
	    whose->owner == OWNER_ADMINISTRATOR)
		printf(" (%s)", whose->why);
	if (setting->change)
		printf("; advised: %s",
		       setting->new[0] ? setting->new : "(unset)");
	printf("\n             %s: %s\n", plan_reason_name(setting->reason),
	       setting->sentence);
}

/* What the next learn takes away, for keep= or keep_free=. */
static void print_old(const struct gathered *all)
{
	struct old_dumps old = { 0 };
	struct room room;
	char folder[CAPTURE_FOLDER_MAX];

	if (!backend_folder(all->host.backend, &all->root, &all->config,
			    folder) ||
	    !host_saves_here(&all->root, &all->config, &all->host))
		return;
	room_collect(&all->root, folder, "", &room);
	if (!old_dumps_find(&all->root, folder, &all->history,
			    config_number(&all->config, CONFIG_KEEP),
			    config_number(&all->config, CONFIG_KEEP_FREE),
			    room.have_free ? room.free_bytes : UINT64_MAX,
			    &old) &&
	    old.count)
		printf("old dumps    %zu go at the next boot, for keep or "
		       "keep_free: %" PRIu64 " MiB\n",
		       old.count, mib(old.bytes));
	old_dumps_free(&old);
}

static void print_last(const struct seen *seen)
{
	const struct capture *last = seen->last;

	if (!last) {
		printf("last capture none known\n");
		return;
	}
	printf("last capture %s, %s, %s", last->when[0] ? last->when : "?",
	       last->release,
	       last->is_test && last->outcome == CAPTURE_SAVED
		       ? "the test was captured"
		       : capture_outcome_name(last->outcome));
	if (capture_peak_kib(last))
		printf(", %" PRIu64 " of %" PRIu64 " MiB used",
		       capture_used_mib(last), capture_reserved_mib(last));
	if (last->oom_kills)
		printf(", %" PRIu64 " OOM kill%s", last->oom_kills,
		       last->oom_kills == 1 ? "" : "s");
	printf("\n             %s\n", last->id);
}

/* A panic ends in a dump in any case. */
static void print_events(const struct seen *seen)
{
	char yes[128], no[128];

	panic_events_names(&seen->outlook->events, true, yes, sizeof(yes));
	panic_events_names(&seen->outlook->events, false, no, sizeof(no));
	printf("dumped       panic%s%s%s%s\n", yes[0] ? " " : "", yes,
	       no[0] ? "; not: " : "", no);
}

static void print_text(const struct seen *seen)
{
	const struct gathered *all = seen->all;

	printf("backend      %s%s, boot loader: %s\n", all->host.backend->name,
	       all->host.backend_forced ? " (by configuration)" : "",
	       all->host.bootloader->name);
	if (all->host.problem[0])
		printf("             %s\n", all->host.problem);
	printf("armed        %s: %s\n", is_armed(all) ? "yes" : "no",
	       armed_why(all));
	print_reservation(seen);
	print_need(seen);
	print_events(seen);
	printf("DMA zone     %s in the capture kernel (%s)\n",
	       verdict_name(seen->verdict),
	       seen->verdict == VERDICT_UNKNOWN ? "not predicted"
	       : seen->observed			? "seen in a capture"
						: "predicted");
	print_setting(seen, SETTING_COHERENT_POOL, &all->host.pool_whose);
	print_setting(seen, SETTING_CRASHKERNEL, &all->host.crashkernel_whose);
	if (all->host.awaits_reboot && seen->is_set)
		printf("waiting      %s takes effect at the next boot\n",
		       all->host.next_crashkernel);
	if (all->host.doubt[0])
		printf("doubt        %s\n", all->host.doubt);
	for (size_t i = 0; i < seen->outlook->doubts_count; i++)
		printf("doubt        %s\n", seen->outlook->doubts[i]);
	if (is_reverted(&all->root))
		printf("reverted     nothing is applied until \"kdump-dma "
		       "apply\" is run\n");
	if (seen->applying)
		printf("applying     an apply is at work; what it sets is not "
		       "in force yet\n");
	if (seen->unfinished)
		printf("unfinished   run \"kdump-dma apply\" again\n");
	print_last(seen);
	print_old(all);
}

static void print_word(struct json *json, const char *key, const char *word)
{
	if (word)
		json_str(json, key, word);
	else
		json_nil(json, key);
}

static void print_outlook(struct json *json, const struct outlook *outlook)
{
	json_open(json, "doubts", '[');
	for (size_t i = 0; i < outlook->doubts_count; i++)
		json_str(json, NULL, outlook->doubts[i]);
	json_close(json, ']');
	json_open(json, "panic_on", '{');
	for (size_t i = 0; i < PANIC_EVENTS_COUNT; i++) {
		const struct panic_event *event = &outlook->events.event[i];

		if (event->have_now)
			json_bool(json, event->name, event->now);
	}
	json_close(json, '}');
	json_str(json, "makedumpfile", outlook->makedumpfile.version);
	if (outlook->room.have_free)
		json_u64(json, "target_free_bytes", outlook->room.free_bytes);
	json_u64(json, "dump_room_bytes", outlook->dump_bytes);
}

static void print_json(const struct seen *seen, int status)
{
	const struct gathered *all = seen->all;
	struct json json;

	json_begin(&json, stdout, true);
	json_open(&json, NULL, '{');
	json_u64(&json, "schema", 1);
	json_i64(&json, "status", status);
	json_str(&json, "backend", all->host.backend->name);
	json_bool(&json, "backend_forced", all->host.backend_forced);
	json_str(&json, "boot_loader", all->host.bootloader->name);
	json_str(&json, "problem", all->host.problem);
	json_bool(&json, "armed", is_armed(all));
	json_str(&json, "armed_why", armed_why(all));
	print_word(&json, "cannot_load",
		   cannot_load_name(all->host.cannot_load));
	print_word(&json, "nothing_reserved",
		   unreserved_name(all->host.unreserved.cause));
	json_u64(&json, "low_bytes", seen->low_bytes);
	json_str(&json, "verdict", verdict_name(seen->verdict));
	json_bool(&json, "verdict_observed", seen->observed);
	json_str(&json, "coherent_pool_owner",
		 owner_name(all->host.pool_whose.owner));
	json_str(&json, "crashkernel_owner",
		 owner_name(all->host.crashkernel_whose.owner));
	json_str(&json, "coherent_pool_why", all->host.pool_whose.why);
	json_str(&json, "crashkernel_why", all->host.crashkernel_whose.why);
	json_bool(&json, "awaits_reboot",
		  all->host.awaits_reboot && seen->is_set);
	json_str(&json, "doubt", all->host.doubt);
	print_outlook(&json, seen->outlook);
	json_bool(&json, "unfinished", seen->unfinished);
	json_bool(&json, "applying", seen->applying);
	json_bool(&json, "reverted", is_reverted(&all->root));
	plan_print_members(&json, &all->plan);
	json_open(&json, "last_captures", '[');
	if (seen->last)
		capture_print(&json, NULL, seen->last);
	json_close(&json, ']');
	json_close(&json, '}');
	json_end(&json);
}

static int print(struct gathered *all, void *json)
{
	struct seen seen;
	int status;

	look(all, &seen);
	status = exit_status(&seen);
	if (*(const bool *)json)
		print_json(&seen, status);
	else
		print_text(&seen);
	return status;
}

int verb_status(const struct options *options)
{
	bool json = options->json;

	return gather_and(options->dir, GATHER_TO_READ, print, &json);
}
