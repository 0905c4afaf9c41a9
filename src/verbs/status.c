// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-dma status: one screen; the exit status is for monitoring. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/dump_folder.h"
#include "host/old_dumps.h"
#include "lib/json.h"
#include "lib/macros.h"
#include "plan/outlook.h"
#include "plan/plan_print.h"
#include "plan/seen.h"
#include "plan/sizing.h"
#include "state/capture_json.h"
#include "state/lock.h"
#include "state/state.h"
#include "state/unlock.h"
#include "verbs/boot_note.h"
#include "verbs/gather.h"
#include "verbs/tested.h"
#include "verbs/verbs.h"
#include "verbs/wrap.h"

/* What status knows beyond what was gathered. */
struct seen {
	const struct gathered *all;
	uint64_t low_bytes; /* the part of the reservation below 4 GiB */
	enum verdict verdict;
	bool observed;
	const struct capture *last;
	bool applying; /* an apply is at work */
	struct outlook *outlook;
	bool unfinished; /* apply was killed, or a command failed */
	bool is_set;	 /* nothing is left to do to the boot line */
	struct applied applied;
	struct dump_folder folder;
	struct tested tested;
	struct newest_rehearsal rehearsal;
	bool have_look;
	struct looked look;
	struct unlock unlock;
};

static FILE *to; /* what people read goes there */

static void look(const struct gathered *all, struct seen *seen)
{
	const struct iomem *iomem = &all->facts.iomem;
	struct plan_input input = gathered_input(all);
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
	applied_load(&all->root, &seen->applied);
	seen->applying = seen->applied.pending && lock_is_taken(&all->root);
	seen->unfinished = seen->applied.pending && !seen->applying;
	seen->is_set =
		!(seen->applied.pending & (PENDING_EDITS | PENDING_BOOTLOADER));
	dump_folder_find(&all->root, &all->config, all->host.backend,
			 &seen->folder);
	tested_find(all, &seen->tested);
	tested_rehearsal(all, &seen->rehearsal);
	seen->have_look = tested_look(all, &seen->look);
	unlock_load(&all->root, &seen->unlock);
}

static int exit_status(const struct seen *seen)
{
	const struct gathered *all = seen->all;
	int planned = plan_status(&all->plan);

	if (!boot_note_is_armed(all))
		return STATUS_NOT_ARMED;
	if (planned == STATUS_CHANGE || all->host.awaits_reboot ||
	    seen->unfinished || seen->applying || all->host.doubt[0] ||
	    (seen->have_look && seen->look.faults_count) ||
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
		fprintf(to, "reserved     not known: /proc/iomem shows "
			    "addresses to root only\n");
		return;
	}
	fprintf(to, "reserved     %" PRIu64 " MiB", bytes >> 20);
	if (seen->low_bytes && seen->low_bytes < bytes)
		fprintf(to, ", of which %" PRIu64 " MiB below 4 GiB",
			seen->low_bytes >> 20);
	else if (bytes)
		fprintf(to, ", all of it %s 4 GiB",
			seen->low_bytes ? "below" : "above");
	fputc('\n', to);
}

static void print_need(const struct seen *seen)
{
	const struct plan_numbers *numbers = &seen->all->plan.numbers;

	if (numbers->measured_bytes)
		fprintf(to,
			"measured     %" PRIu64 " MiB at most, in %" PRIu64
			" capture%s\n",
			mib(numbers->measured_bytes), numbers->captures_count,
			numbers->captures_count == 1 ? "" : "s");
	else if (numbers->estimate.have)
		fprintf(to,
			"measured     nothing yet; estimated %" PRIu64 " MiB\n",
			mib(numbers->estimate.total_bytes));
	else
		fprintf(to, "measured     nothing yet\n");
}

static void print_setting(const struct seen *seen, enum setting_name name,
			  const struct whose *whose)
{
	const struct setting *setting = &seen->all->plan.settings[name];

	fprintf(to, "%-12s %s", setting_name(name),
		setting->old[0] ? setting->old : "(unset)");
	if (whose->owner != OWNER_NOBODY)
		fprintf(to, ", set by %s", owner_name(whose->owner));
	if (whose->owner == OWNER_DISTRIBUTION ||
	    whose->owner == OWNER_ADMINISTRATOR)
		fprintf(to, " (%s)", whose->why);
	if (setting->change)
		fprintf(to, "; advised: %s",
			setting->new[0] ? setting->new : "(unset)");
	fprintf(to, "\n             %s: %s\n",
		plan_reason_name(setting->reason), setting->sentence);
}

/* The dumps that the next learn will remove, by keep= or keep_free=. */
static void print_old(const struct seen *seen)
{
	const struct gathered *all = seen->all;
	struct old_dumps old = { 0 };

	if (!seen->folder.is_seen)
		return;
	if (!old_dumps_find(&all->root, &all->config, seen->folder.path,
			    &all->history, &old) &&
	    old.count)
		fprintf(to,
			"old dumps    %zu will be removed at the next boot "
			"(keep, keep_free): %" PRIu64 " MiB\n",
			old.count, mib(old.bytes));
	old_dumps_free(&old);
}

static void print_last(const struct seen *seen)
{
	const struct capture *last = seen->last;

	if (!last) {
		fprintf(to, "last capture none known\n");
		return;
	}
	fprintf(to, "last capture %s, %s, %s", last->when[0] ? last->when : "?",
		last->release,
		last->is_test && last->outcome == CAPTURE_SAVED
			? "the test was captured"
			: capture_outcome_name(last->outcome));
	if (capture_peak_kib(last))
		fprintf(to, ", %" PRIu64 " of %" PRIu64 " MiB used",
			capture_used_mib(last), capture_reserved_mib(last));
	if (last->oom_kills)
		fprintf(to, ", %" PRIu64 " OOM kill%s", last->oom_kills,
			last->oom_kills == 1 ? "" : "s");
	fprintf(to, "\n             %s\n", last->id);
}

static void print_rehearsal(const struct newest_rehearsal *rehearsal)
{
	const struct rehearsed *one = &rehearsal->one;

	if (!rehearsal->have)
		return;
	fprintf(to, "rehearsed    %.10s, %s in %" PRIu64 " MiB", one->when,
		one->saved ? "saved" : "NOT saved", one->reserved_kib / 1024);
	if (one->have_peak)
		fprintf(to, ", peak %" PRIu64 " MiB",
			mib(one->peak_kib * 1024));
	if (rehearsal->have_image && !rehearsal->of_image)
		fputs("; the image in force is another one", to);
	fputc('\n', to);
}

static void print_look(const struct looked *look)
{
	fprintf(to, "looked at    %.10s, ", look->when);
	if (look->faults_count)
		fprintf(to,
			"%" PRIu64 " fault%s in the capture image: %s; see "
			"\"kdump-dma rehearse --look\"\n",
			look->faults_count, look->faults_count == 1 ? "" : "s",
			look->fault);
	else
		fputs("no fault in the capture image; it was not rehearsed\n",
		      to);
}

/* A panic ends in a dump in any case. */
static void print_events(const struct seen *seen)
{
	char yes[128], no[128];

	panic_events_names(&seen->outlook->events, true, yes, sizeof(yes));
	panic_events_names(&seen->outlook->events, false, no, sizeof(no));
	fprintf(to, "dumped       panic%s%s%s%s\n", yes[0] ? " " : "", yes,
		no[0] ? "; not: " : "", no);
}

/* Who may read what by it is in packaging/docs/encrypted.md. */
static void print_unlock(const struct seen *seen)
{
	const struct capture_keys *keys = &seen->outlook->keys;

	for (size_t i = 0; i < keys->count; i++)
		fprintf(to,
			"unlock       the kernel hands the key %s of the LUKS "
			"device %s to captures%s\n",
			keys->item[i].key, keys->item[i].uuid,
			capture_keys_loaded(&seen->all->root,
					    keys->item[i].uuid,
					    keys->item[i].key)
				? ""
				: ": from the next load on");
	for (size_t i = 0; i < seen->unlock.count; i++) {
		const struct unlock_slot *slot = &seen->unlock.item[i];

		fprintf(to,
			"unlock       key slot %" PRIu64
			" of the LUKS device %s %s%s\n",
			slot->slot, slot->uuid,
			capture_keys_of(keys, slot->uuid)
				? "is not in use: \"kdump-dma unlock "
				  "--remove\" takes it away"
				: "opens it for captures",
			slot->is_ready
				? ""
				: ": cut, run \"kdump-dma unlock\" again");
	}
}

static void print_keys_json(struct json *json, const struct seen *seen)
{
	const struct capture_keys *keys = &seen->outlook->keys;

	json_open(json, "handed_keys", '[');
	for (size_t i = 0; i < keys->count; i++) {
		json_open(json, NULL, '{');
		json_str(json, "uuid", keys->item[i].uuid);
		json_str(json, "key", keys->item[i].key);
		json_bool(json, "loaded",
			  capture_keys_loaded(&seen->all->root,
					      keys->item[i].uuid,
					      keys->item[i].key));
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void print_unlock_json(struct json *json, const struct unlock *unlock)
{
	json_open(json, "unlock", '[');
	for (size_t i = 0; i < unlock->count; i++) {
		if (!unlock->item[i].is_ready)
			continue;
		json_open(json, NULL, '{');
		json_str(json, "uuid", unlock->item[i].uuid);
		json_u64(json, "slot", unlock->item[i].slot);
		json_close(json, '}');
	}
	json_close(json, ']');
}

/* Why the value in force was set, also when the plan changes nothing. */
static void print_in_force(const struct seen *seen)
{
	const struct applied *applied = &seen->applied;

	if (seen->all->host.crashkernel_whose.owner == OWNER_OURS &&
	    applied->why[0])
		fprintf(to, "             set %s for: %s\n", applied->when,
			applied->why);
}

/* If the configuration is refused, show only what does not depend on it. */
static void print_refused(const struct gathered *all)
{
	struct text rest = text_of(all->config_error.text), line;

	fprintf(to, "armed        %s: %s\n",
		boot_note_is_armed(all) ? "yes" : "no", boot_note_why(all));
	while (text_split(&rest, '\n', &line))
		fprintf(to, "wrong        %.*s\n", (int)line.len, line.at);
	fprintf(to, "             until this is corrected nothing is planned, "
		    "applied or learned\n");
}

static void print_text(const struct seen *seen)
{
	const struct gathered *all = seen->all;

	fprintf(to, "backend      %s%s, boot loader: %s\n",
		all->host.backend->name,
		all->host.backend_forced ? " (by configuration)" : "",
		all->host.bootloader->name);
	if (all->host.problem[0])
		fprintf(to, "             %s\n", all->host.problem);
	fprintf(to, "armed        %s: %s\n",
		boot_note_is_armed(all) ? "yes" : "no", boot_note_why(all));
	print_reservation(seen);
	print_need(seen);
	print_events(seen);
	print_unlock(seen);
	fprintf(to, "DMA zone     %s in the capture kernel (%s)\n",
		verdict_name(seen->verdict),
		seen->verdict == VERDICT_UNKNOWN ? "not predicted"
		: seen->observed		 ? "seen in a capture"
						 : "predicted");
	print_setting(seen, SETTING_COHERENT_POOL, &all->host.pool_whose);
	print_setting(seen, SETTING_CRASHKERNEL, &all->host.crashkernel_whose);
	print_in_force(seen);
	if (all->host.awaits_reboot && seen->is_set)
		fprintf(to, "waiting      %s takes effect at the next boot\n",
			all->host.next_crashkernel);
	if (all->host.doubt[0])
		fprintf(to, "doubt        %s\n", all->host.doubt);
	for (size_t i = 0; i < seen->outlook->doubts_count; i++)
		fprintf(to, "doubt        %s\n", seen->outlook->doubts[i]);
	if (state_is_reverted(&all->root))
		fprintf(to, "reverted     nothing is applied until \"kdump-dma "
			    "apply\" is run\n");
	if (seen->applying)
		fprintf(to, "applying     an apply is at work; what it sets is "
			    "not in force yet\n");
	if (seen->unfinished)
		fprintf(to, "unfinished   run \"kdump-dma apply\" again\n");
	if (!seen->folder.is_seen)
		fprintf(to,
			"unseen       captures cannot be seen from here: "
			"%s%s\n",
			seen->folder.unseen,
			streq(all->host.backend->name, "kdump-tools")
				? "; if ssh breaks off, kdump-tools takes an "
				  "incomplete dump for a complete one"
				: "");
	print_last(seen);
	fprintf(to, "tested       %s\n", seen->tested.text);
	print_rehearsal(&seen->rehearsal);
	if (seen->have_look)
		print_look(&seen->look);
	print_old(seen);
}

static void print_outlook(struct json *json, const struct outlook *outlook)
{
	json_strings(json, "doubts", outlook->doubts, outlook->doubts_count);
	json_open(json, "panic_on", '{');
	for (size_t i = 0; i < PANIC_EVENTS_COUNT; i++) {
		const struct panic_event *event = &outlook->events.event[i];

		if (event->have_now)
			json_bool(json, event->name, panic_event_is_on(event));
	}
	json_close(json, '}');
	json_str(json, "makedumpfile", outlook->makedumpfile.version);
	if (outlook->room.have_free)
		json_u64(json, "target_free_bytes", outlook->room.free_bytes);
	json_u64(json, "dump_room_bytes", outlook->dump_bytes);
}

static void print_rehearsal_json(struct json *json,
				 const struct newest_rehearsal *rehearsal)
{
	const struct rehearsed *one = &rehearsal->one;

	if (!json_open_if(json, "rehearsed", '{', rehearsal->have))
		return;
	json_str(json, "when", one->when);
	json_bool(json, "saved", one->saved);
	json_u64(json, "reserved_kib", one->reserved_kib);
	if (one->have_peak)
		json_u64(json, "peak_kib", one->peak_kib);
	if (one->smallest_kib)
		json_u64(json, "smallest_kib", one->smallest_kib);
	json_u64(json, "seconds", one->seconds);
	if (rehearsal->have_image)
		json_bool(json, "image_in_force", rehearsal->of_image);
	json_close(json, '}');
}

static void print_look_json(struct json *json, bool have,
			    const struct looked *look)
{
	if (!json_open_if(json, "looked_at", '{', have))
		return;
	json_str(json, "when", look->when);
	json_u64(json, "faults", look->faults_count);
	json_str(json, "fault", look->fault);
	json_close(json, '}');
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
	json_bool(&json, "armed", boot_note_is_armed(all));
	json_str(&json, "armed_why", boot_note_why(all));
	json_str(&json, "cannot_load", loadable_name(all->host.cannot_load));
	json_str(&json, "nothing_reserved",
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
	json_bool(&json, "reverted", state_is_reverted(&all->root));
	json_bool(&json, "captures_seen", seen->folder.is_seen);
	json_str(&json, "captures_unseen", seen->folder.unseen);
	json_str(&json, "captures_folder", seen->folder.path);
	json_bool(&json, "tested", seen->tested.good);
	json_str(&json, "tested_why", seen->tested.text);
	print_rehearsal_json(&json, &seen->rehearsal);
	print_look_json(&json, seen->have_look, &seen->look);
	print_unlock_json(&json, &seen->unlock);
	print_keys_json(&json, seen);
	json_str(&json, "crashkernel_set", seen->applied.when);
	json_str(&json, "crashkernel_set_for", seen->applied.why);
	plan_print_members(&json, &all->plan);
	json_open(&json, "last_captures", '[');
	if (seen->last)
		capture_print(&json, NULL, seen->last);
	json_close(&json, ']');
	json_close(&json, '}');
	json_end(&json);
}

/* By way of memory where a terminal wants it wrapped. */
static void print_wrapped(const struct gathered *all, const struct seen *seen)
{
	size_t width = wrap_width(stdout), len = 0;
	char *text = NULL;

	to = width ? open_memstream(&text, &len) : stdout;
	if (!to)
		to = stdout;
	if (seen)
		print_text(seen);
	else
		print_refused(all);
	if (to != stdout && !fclose(to))
		wrap_print(stdout, text, len, width, 13);
	free(text);
}

static int print(struct gathered *all, const struct options *options)
{
	static const char newer[] =
		"what was learned was written by a newer version of kdump-dma, "
		"and is left as it is: update kdump-dma, or move "
		"/" HISTORY_DIR "/" HISTORY_NAME " away to begin anew";
	static const char unreadable[] =
		"what was learned cannot be read: \"kdump-dma learn\" sets it "
		"aside, and learns anew what lies on the disk";
	struct seen seen;
	int status;

	if (all->config_refused) {
		if (!options->json)
			print_wrapped(all, NULL);
		return boot_note_is_armed(all) ? STATUS_ERROR
					       : STATUS_NOT_ARMED;
	}
	if (all->history_refused && !all->host.doubt[0])
		snprintf(all->host.doubt, sizeof(all->host.doubt), "%s",
			 all->history.is_newer ? newer : unreadable);
	look(all, &seen);
	status = exit_status(&seen);
	if (options->json)
		print_json(&seen, status);
	else
		print_wrapped(all, &seen);
	return status;
}

int verb_status(const struct options *options)
{
	return gather_and(options, GATHER_TO_READ_ANYWAY, print);
}
