// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Plan crashkernel= for the next boot: from what captures measured; without
 * captures, from an estimate or from the table, whichever has more. Only a
 * measurement lowers it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "config/cmdline.h"
#include "config/crashkernel.h"
#include "config/table.h"
#include "plan/capture_cmdline.h"
#include "plan/plan.h"
#include "plan/reach.h"
#include "plan/sizing.h"

#define WORDS_FORM "crashkernel=%" PRIu64 "M"

static bool is_x86(const struct sizing *sizing)
{
	return streq(sizing->input->facts->machine, "x86_64");
}

static bool encrypted(const struct sizing *sizing)
{
	const struct encryption_facts *facts =
		&sizing->input->facts->encryption;

	return (facts->have && facts->firm && facts->active) ||
	       (sizing->input->host->have_boot_encryption &&
		sizing->input->host->boot_encrypted);
}

static uint64_t reserved_bytes(const struct facts *facts)
{
	uint64_t bytes = 0;

	for (size_t i = 0; facts->have_iomem && i < facts->iomem.crash_count;
	     i++)
		bytes += facts->iomem.crash[i].end -
			 facts->iomem.crash[i].start + 1;
	return bytes;
}

static bool reserved_above_4g(const struct facts *facts)
{
	for (size_t i = 0; facts->have_iomem && i < facts->iomem.crash_count;
	     i++)
		if (facts->iomem.crash[i].start >= 4 * GIB)
			return true;
	return false;
}

/*
 * An x86 kernel sets up swiotlb if it sees memory above 4 GiB, and always with
 * memory encryption. A capture kernel sees its reservation, and on a NUMA
 * machine all memory of the table SRAT.
 */
static bool has_swiotlb(const struct sizing *sizing)
{
	const struct facts *facts = sizing->input->facts;

	if (encrypted(sizing))
		return true;
	return is_x86(sizing) &&
	       (sizing->high ||
		(facts->have_iomem && facts->iomem.ram_end >= 4 * GIB &&
		 sizing->input->host->several_nodes));
}

/* A disk image that was never booted may be for another architecture. */
static const char *machine_of(const struct plan_input *input)
{
	const char *new_image = input->host->new_image;

	return new_image[0] ? new_image : input->facts->machine;
}

static void look_into_table(struct sizing *sizing)
{
	const struct plan_input *input = sizing->input;
	const char *machine = machine_of(input);
	uint64_t page_bytes = input->facts->page_bytes;
	uint64_t ram_bytes =
		input->host->have_ram_bytes ? input->host->ram_bytes : 0;

	sizing->table_bytes =
		table_bytes(input->config, machine, page_bytes, ram_bytes);
	sizing->too_small_below = table_too_small_below(input->config, machine,
							page_bytes, ram_bytes);
}

/* Was this boot given the words that the next one will be given? */
static bool is_running(const struct sizing *sizing)
{
	const struct facts *facts = sizing->input->facts;
	char words[HOST_WORDS_MAX];

	return facts->have_cmdline &&
	       !cmdline_crashkernel(facts->cmdline, words, sizeof(words)) &&
	       streq(words, sizing->input->host->next_crashkernel);
}

/*
 * Ranges count the memory that the kernel sees early in its boot. What is added
 * later, and is there no earlier the next time, gives no larger reservation
 * than the one that is there.
 */
static void count_ranges_of_boot(struct sizing *sizing)
{
	const char *words = sizing->input->host->next_crashkernel;
	uint64_t reserved = reserved_bytes(sizing->input->facts);

	if (strchr(words, ':') && reserved && reserved < sizing->now_bytes &&
	    !sizing->now.cma_bytes && is_running(sizing))
		sizing->now_bytes = reserved;
}

static void evaluate_now(struct sizing *sizing)
{
	const struct facts *facts = sizing->input->facts;
	const struct host *host = sizing->input->host;

	sizing->now = crashkernel_evaluate(
		host->next_crashkernel,
		host->have_ram_bytes ? host->ram_bytes : UINT64_MAX,
		facts->version, facts->machine);
	sizing->now_bytes = sizing->now.size_bytes + sizing->now.cma_bytes;
	/*
	 * Only the kernel that reserved knows how much "auto" is, or another
	 * value that mainline's does not take: of RHEL 7 and 8, Oracle (UEK),
	 * Alibaba.
	 */
	if (!sizing->now.valid && is_running(sizing))
		sizing->now_bytes = reserved_bytes(facts);
	count_ranges_of_boot(sizing);
	if (!sizing->now.high)
		return;
	sizing->now_bytes += sizing->now.have_low
				     ? sizing->now.low_bytes
				     : crashkernel_default_low_bytes(
					       facts->machine,
					       policy(sizing, CONFIG_SWIOTLB));
}

/*
 * Why the running kernel reserved nothing for the words that stay for the next
 * boot; 0 if it did reserve.
 */
static enum unreserved_cause unreserved(const struct sizing *sizing)
{
	const struct host *host = sizing->input->host;

	/* Memory that was given back is reserved again by the next boot. */
	return host->awaits_reboot ||
			       host->unreserved.cause == UNRESERVED_GIVEN_BACK
		       ? UNRESERVED_NOT
		       : host->unreserved.cause;
}

/*
 * Plan ",high" if it is set, or if the kernel fell back to memory above 4 GiB.
 * If nothing was reserved, ask for the other side of 4 GiB: arm64 looks there
 * by itself since 6.2 (a149cf00b158), x86 always did. If there was no room
 * below 4 GiB for what the kernel takes there by default, ",low" asks for less.
 */
static bool wants_high(const struct sizing *sizing)
{
	const struct facts *facts = sizing->input->facts;
	enum unreserved_cause cause = unreserved(sizing);

	if (!crashkernel_knows_high(facts->version, facts->machine))
		return false;
	if (cause == UNRESERVED_LOW)
		return true;
	if (cause == UNRESERVED_NO_ROOM)
		return !sizing->now.high && streq(facts->machine, "aarch64") &&
		       facts->version < KERNEL_VERSION_OF(6, 2);
	return sizing->now.high || reserved_above_4g(facts);
}

static void choose_form(struct sizing *sizing)
{
	const struct facts *facts = sizing->input->facts;

	sizing->high = wants_high(sizing);
	sizing->needs_low = has_swiotlb(sizing) || !facts->pci.have ||
			    facts->pci.low_count > 0;
	if (!sizing->high || !sizing->needs_low)
		return;
	sizing->low_bytes = policy(sizing, CONFIG_LOW);
	if (has_swiotlb(sizing) &&
	    sizing->low_bytes < policy(sizing, CONFIG_SWIOTLB) + 8 * MIB)
		sizing->low_bytes = policy(sizing, CONFIG_SWIOTLB) + 8 * MIB;
}

/*
 * True if the plan has another form than what is set. A size that the kernel
 * could not reserve is asked for again only then.
 */
static bool is_other_form(const struct sizing *sizing)
{
	const struct crashkernel_result *now = &sizing->now;

	if (unreserved(sizing) == UNRESERVED_LOW)
		return !now->have_low || now->low_bytes > sizing->low_bytes;
	return unreserved(sizing) == UNRESERVED_OFFSET ||
	       now->high != sizing->high;
}

/* True if the native backend's capture kernel creates the files of tracefs. */
static bool makes_tracefs(const struct plan_input *input)
{
	char options[256];
	const struct capture_cmdline_input words = {
		.remove = config_text(input->config, CONFIG_REMOVE),
		.kernel_config = options,
	};

	loadable_config_lines(&input->host->load, options, sizeof(options));
	return capture_cmdline_makes_tracefs(&words);
}

static void collect(const struct plan_input *input, struct sizing *sizing)
{
	struct estimate_input needs = {
		.images = input->host->images,
		.ram_bytes = input->host->ram_bytes,
		.page_bytes = input->facts->page_bytes ?: 4096,
		.cpus_count = input->host->cpus_count,
		.is_native = input->host->backend == &backend_native,
		.tracefs = makes_tracefs(input),
	};

	memset(sizing, 0, sizeof(*sizing));
	sizing->input = input;
	learned_collect(input, &sizing->learned);
	evaluate_now(sizing);
	choose_form(sizing);
	if (unreserved(sizing)) {
		if (unreserved(sizing) != UNRESERVED_TINY)
			sizing->asked_bytes = sizing->now_bytes;
		sizing->now_bytes = 0;
	}
	sizing->other_form = is_other_form(sizing);
	if (!input->host->awaits_reboot)
		sizing->reserved_bytes = reserved_bytes(input->facts);
	needs.swiotlb = has_swiotlb(sizing);
	needs.encryption = encrypted(sizing);
	estimate(&needs, input->config, &sizing->estimate);
	look_into_table(sizing);
	if (input->host->have_ram_bytes)
		sizing->share_bytes = input->host->ram_bytes / 100 *
				      policy(sizing, CONFIG_RAM_SHARE_PERCENT);
}

/*
 * False if what is set has the wrong parts, whatever its total is. The main
 * part (",high") must be large enough to unpack the image. A part from CMA is
 * never planned: each capture would wait 10 s for it (CMA_DMA_TIMEOUT_SEC), and
 * the dump would lack user pages.
 */
static bool form_is_right(const struct sizing *sizing)
{
	return !sizing->now.cma_bytes &&
	       (!sizing->now.high ||
		sizing->now.size_bytes >= sizing_least_bytes(sizing));
}

/* True if the size that is set is close enough to the wanted one to stay. */
static bool within_tolerance(const struct sizing *sizing)
{
	uint64_t tolerance = policy(sizing, CONFIG_TOLERANCE);
	uint64_t now = sizing->now_bytes, wanted = sizing->want_bytes;

	if (now == 0 || !form_is_right(sizing))
		return false;
	if (now >= wanted)
		return now - wanted <= tolerance;
	/* A smaller size stays only if it leaves the least margin. */
	return sizing->reason == PLAN_CRASHKERNEL_MEASURED &&
	       wanted - now <= tolerance && !sizing_has_failed(sizing, now) &&
	       now >= sizing->learned.line.peak_highest_kib * 1024 +
			       policy(sizing, CONFIG_MARGIN_MIN);
}

/*
 * After many captures ("settled" in the policy) the size that is set stays
 * until a dump is lost, or another kernel line or image needs more: each change
 * of a boot line is a risk, too.
 */
static bool is_settled(const struct sizing *sizing)
{
	const struct learned *learned = &sizing->learned;

	bool is_more = sizing->want_bytes > sizing->now_bytes;

	if (is_more && sizing->reason == PLAN_CRASHKERNEL_UNPACK)
		return false;
	/* Right after a boot that left nothing, not if a limit moved since. */
	if (is_more && sizing->reason == PLAN_CRASHKERNEL_NO_DUMP &&
	    learned->newest && learned->newest->outcome == CAPTURE_NO_DUMP &&
	    learned->line.silent_once_kib * 1024 + MIB >= sizing->now_bytes)
		return false;
	return sizing->input->host->crashkernel_whose.owner == OWNER_OURS &&
	       learned->line.peaks_count > 0 &&
	       learned->evidence_count >= policy(sizing, CONFIG_SETTLED) &&
	       sizing->now_bytes > 0 && form_is_right(sizing) &&
	       !learned->image_has_grown &&
	       !sizing_has_failed(sizing, sizing->now_bytes);
}

static uint64_t low_part_bytes(const struct sizing *sizing)
{
	return sizing->high ? round_up(sizing->low_bytes,
				       policy(sizing, CONFIG_ROUND))
			    : 0;
}

/* The size of crashkernel=SIZE or SIZE,high; without that of ,low. */
static uint64_t main_bytes(const struct sizing *sizing)
{
	uint64_t low = low_part_bytes(sizing), total = sizing->want_bytes;
	uint64_t step = policy(sizing, CONFIG_ROUND);
	uint64_t main = total > low + step ? total - low : step;

	if (!sizing->high)
		return total;
	/*
	 * The image is unpacked into the main part only, so that must hold it.
	 * Without an estimate the policy has the least size.
	 */
	return larger(main, sizing_least_bytes(sizing));
}

static void write_words(const struct sizing *sizing, char *buf, size_t size)
{
	if (sizing->high) {
		snprintf(buf, size, WORDS_FORM ",high " WORDS_FORM ",low",
			 main_bytes(sizing) / MIB,
			 low_part_bytes(sizing) / MIB);
	} else {
		snprintf(buf, size, WORDS_FORM, sizing->want_bytes / MIB);
	}
}

static uint64_t total_bytes(const struct sizing *sizing)
{
	return sizing->want_bytes == 0
		       ? 0
		       : main_bytes(sizing) + low_part_bytes(sizing);
}

/*
 * No plan grows for ever. The limit is a share of the memory, or a multiple of
 * table, estimate and measurement; a plan above it is cut to it. If the size
 * that is left failed before, or is too small, what is set stays.
 */
static bool cut_to_limit(struct sizing *sizing, struct setting *setting)
{
	uint64_t limit = sizing_limit_bytes(sizing),
		 asked = total_bytes(sizing);
	uint64_t step = policy(sizing, CONFIG_ROUND);
	bool by_share = limit == sizing->share_bytes;
	enum plan_reason reason =
		by_share ? PLAN_CRASHKERNEL_RAM_SHARE : PLAN_CRASHKERNEL_LIMIT;
	char what[PLAN_SENTENCE_MAX / 4];

	if (!limit || asked <= limit || asked <= sizing->now_bytes)
		return false;
	if (by_share)
		snprintf(what, sizeof(what),
			 "%" PRIu64 " %% of %" PRIu64 " MiB of memory",
			 policy(sizing, CONFIG_RAM_SHARE_PERCENT),
			 mib(sizing->input->host->ram_bytes));
	else
		snprintf(what, sizeof(what), "the limit of %" PRIu64 " MiB",
			 limit / MIB);
	sizing->want_bytes = limit / step * step;
	if (total_bytes(sizing) > limit ||
	    total_bytes(sizing) <= sizing->now_bytes + step / 2 ||
	    total_bytes(sizing) < sizing_least_bytes(sizing) ||
	    sizing_has_failed(sizing, total_bytes(sizing))) {
		plan_because(setting, reason,
			     "%s, but that is more than %s: "
			     "left as it is%s",
			     sizing->why, what, sizing_futile(sizing));
		return true;
	}
	write_words(sizing, setting->new, sizeof(setting->new));
	plan_because(setting, reason,
		     "%s, but that is more than %s: cut to %" PRIu64 " MiB",
		     sizing->why, what, total_bytes(sizing) / MIB);
	return true;
}

/*
 * Only what was measured or rehearsed may lower what is set, or what unpacking
 * takes; and the share of memory a distribution's default.
 */
static bool may_lower(enum plan_reason reason)
{
	return reason == PLAN_CRASHKERNEL_MEASURED ||
	       reason == PLAN_CRASHKERNEL_REHEARSED ||
	       reason == PLAN_CRASHKERNEL_UNPACK ||
	       reason == PLAN_CRASHKERNEL_RAM_SHARE;
}

static void decide(struct sizing *sizing, struct setting *setting)
{
	if (is_settled(sizing)) {
		plan_because(setting, PLAN_CRASHKERNEL_SETTLED,
			     "%s; after %" PRIu64 " crashes the %" PRIu64
			     " MiB that are set stay until one is lost",
			     sizing->why, sizing->learned.evidence_count,
			     mib(sizing->now_bytes));
		return;
	}
	if (cut_to_limit(sizing, setting))
		return;
	if (sizing->want_bytes == 0 ||
	    sizing->reason == PLAN_CRASHKERNEL_ENOUGH) {
		plan_because(setting, sizing->reason, "%s", sizing->why);
		return;
	}
	if (within_tolerance(sizing)) {
		plan_because(setting, PLAN_CRASHKERNEL_TOLERANCE,
			     "%s; the %" PRIu64 " MiB that are set are close "
			     "enough",
			     sizing->why, mib(sizing->now_bytes));
		return;
	}
	/* After a capture that failed nothing is lowered. */
	if ((sizing->failed || !may_lower(sizing->reason)) &&
	    sizing->want_bytes <= sizing->now_bytes) {
		plan_because(setting, PLAN_CRASHKERNEL_ENOUGH,
			     "%s; %" PRIu64 " MiB are set", sizing->why,
			     mib(sizing->now_bytes));
		return;
	}
	write_words(sizing, setting->new, sizeof(setting->new));
	plan_because(setting, sizing->reason, "%s, rounded to %" PRIu64 " MiB",
		     sizing->why, mib(sizing->want_bytes));
}

/*
 * Add that the last boot ended without a shutdown or a dump, if that happened
 * once and nothing shows that it was a crash.
 */
static void say_weak(const struct sizing *sizing, struct setting *setting)
{
	const struct capture *newest = sizing->learned.newest;
	size_t len = strlen(setting->sentence);

	if (!newest || newest->outcome != CAPTURE_NO_DUMP ||
	    newest->crash_seen ||
	    newest->reserved_kib <= sizing->learned.line.silent_kib)
		return;
	snprintf(setting->sentence + len, sizeof(setting->sentence) - len,
		 "; the last boot ended without a shutdown and left nothing: a "
		 "power cut, or a lost dump; a second one asks for more");
}

/* Add that the last capture failed, if the plan has another reason. */
static void say_failed(const struct sizing *sizing, struct setting *setting)
{
	const struct capture *newest = sizing->learned.newest;
	size_t len = strlen(setting->sentence),
	       size = sizeof(setting->sentence);
	char *to = setting->sentence + len;

	if (!newest || newest->outcome != CAPTURE_FAILED ||
	    sizing->reason == PLAN_CRASHKERNEL_RAN_OUT ||
	    sizing->learned.line.peaks_count)
		return;
	if (!learned_ran_out(sizing->input, newest))
		snprintf(to, size - len,
			 "; the last capture failed, and no lack of memory was "
			 "seen: see \"kdump-dma list\"");
	else if (newest->have_reserved)
		snprintf(to, size - len,
			 "; the last capture ran out of memory in %" PRIu64
			 " MiB",
			 newest->reserved_kib / 1024);
}

/*
 * The measured peak, but not less than unpacking takes, because the watcher
 * starts only after it. Without captures the estimate.
 */
static uint64_t base_bytes(const struct sizing *sizing)
{
	const struct images *images = &sizing->input->host->images;
	uint64_t peak = sizing->learned.line.peak_highest_kib * 1024;
	uint64_t floor =
		images->unpacked_is_assumed || images->kernel_is_assumed
			? 0
			: sizing->estimate.unpack_bytes;

	return peak ? larger(peak, floor) : sizing->estimate.total_bytes;
}

static void fill_numbers(const struct sizing *sizing,
			 struct plan_numbers *numbers)
{
	numbers->reserved_bytes = reserved_bytes(sizing->input->facts);
	numbers->ram_bytes = sizing->input->host->ram_bytes;
	numbers->configured_bytes = sizing->now_bytes;
	numbers->measured_bytes = sizing->learned.line.peak_highest_kib * 1024;
	numbers->captures_count = sizing->learned.line.peaks_count;
	numbers->base_bytes = base_bytes(sizing);
	numbers->needed_bytes = sizing->want_bytes;
	numbers->estimate = sizing->estimate;
}

/* Put in front of the sentence that nothing was reserved. */
static void say_unreserved(struct setting *setting)
{
	char why[PLAN_SENTENCE_MAX];

	snprintf(why, sizeof(why), "%s", setting->sentence);
	plan_because(setting, setting->reason, "%.100s reserved nothing; %s",
		     setting->old, why);
}

/*
 * A disk image that was never booted: nobody knows how much memory its machine
 * will have, so the plan has ranges, which the kernel evaluates. From the first
 * boot on they count as ours.
 */
static void plan_new_image(const struct sizing *sizing, struct setting *setting)
{
	const struct plan_input *input = sizing->input;
	const char *table = table_ranges(input->config, machine_of(input),
					 input->facts->page_bytes);

	if (!table[0]) {
		plan_because(setting, PLAN_CRASHKERNEL_UNKNOWN,
			     "the table has nothing for %s",
			     sizing->input->host->new_image);
		return;
	}
	snprintf(setting->new, sizeof(setting->new), "crashkernel=%s", table);
	plan_because(
		setting, PLAN_CRASHKERNEL_TABLE,
		"this image was never booted: the table's ranges for %s, until "
		"the memory is known",
		sizing->input->host->new_image);
}

/* More than one without ,high or ,low: one file may undo another's. */
static bool has_several(const char *words)
{
	struct text rest = text_of(words), word;
	size_t count = 0;

	while (text_word(&rest, &word))
		count += !text_contains(word, ",high") &&
			 !text_contains(word, ",low") &&
			 !text_contains(word, ",cma");
	return count > 1;
}

/* A fact without which no size can be chosen; NULL if all of them are there. */
static const char *what_is_unknown(const struct plan_input *input)
{
	if (input->facts->version == 0)
		return "the kernel's version is not known";
	if (!input->host->next_crashkernel[0] && input->facts->have_iomem &&
	    input->facts->iomem.crash_count > 0)
		return "memory is reserved, and the kernel's command line does "
		       "not say so";
	if (!input->host->have_ram_bytes)
		return "the size of memory is not known";
	if (input->history->is_newer)
		return "what was learned was written by a newer version of "
		       "kdump-dma";
	if (input->history->damaged)
		return "what was learned cannot be read: kdump-dma learn sets "
		       "it aside";
	return NULL;
}

void plan_crashkernel(const struct plan_input *input, struct setting *setting,
		      struct plan_numbers *numbers)
{
	const struct host *host = input->host;
	uint64_t manage =
		config_number(input->config, CONFIG_MANAGE_CRASHKERNEL);
	const char *unknown;
	struct sizing sizing;

	snprintf(setting->old, sizeof(setting->old), "%s",
		 host->next_crashkernel);
	snprintf(setting->new, sizeof(setting->new), "%s", setting->old);
	collect(input, &sizing);
	sizing_choose(&sizing);
	fill_numbers(&sizing, numbers);
	if (manage == CONFIG_MANAGE_NEVER)
		plan_because(setting, PLAN_NOT_MANAGED,
			     "manage_crashkernel is never");
	else if (input->host->new_image[0] &&
		 host->crashkernel_whose.owner != OWNER_ADMINISTRATOR)
		plan_new_image(&sizing, setting);
	else if (!input->facts->have_cmdline && !input->host->new_image[0])
		plan_because(setting, PLAN_CRASHKERNEL_UNKNOWN,
			     "the kernel's command line cannot be read");
	else if (host->boot_files_err)
		plan_because(setting, PLAN_CRASHKERNEL_UNKNOWN,
			     "the files of the boot loader (%s) cannot be "
			     "read: %s",
			     host->bootloader->name,
			     strerror(-host->boot_files_err));
	else if (host->crashkernel_whose.owner == OWNER_ADMINISTRATOR &&
		 manage != CONFIG_MANAGE_ALWAYS)
		plan_because(setting, PLAN_ADMINISTRATOR,
			     "%s was set by hand and is left alone%s",
			     host->next_crashkernel,
			     has_several(host->next_crashkernel)
				     ? "; of several the kernel takes only the "
				       "last"
				     : "");
	else if ((unknown = what_is_unknown(input)) != NULL)
		plan_because(setting, PLAN_CRASHKERNEL_UNKNOWN, "%s", unknown);
	else
		decide(&sizing, setting);
	if (setting->reason >= PLAN_CRASHKERNEL_RAN_OUT) {
		say_weak(&sizing, setting);
		say_failed(&sizing, setting);
	}
	if (unreserved(&sizing))
		say_unreserved(setting);
	plan_say_unreached(input->facts, setting);
}
