// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Plan coherent_pool= of the capture kernel. 0 is safe with every kernel: it
 * turns the pools off on a kernel with our patch, and stands for the default
 * size (128 KiB to 4 MiB for each pool) on one without.
 */
#include <stdio.h>
#include <string.h>

#include "config/cmdline.h"
#include "config/crashkernel.h"
#include "plan/plan.h"
#include "plan/seen.h"

enum needed { NEEDED_NO, NEEDED_YES, NEEDED_UNKNOWN };

static bool is_machine(const struct plan_input *input, const char *machine)
{
	return !strcmp(input->facts->machine, machine);
}

/*
 * Use only what the kernel said in this boot, or what a capture of this machine
 * recorded. CPU flags say only what the CPU can do.
 */
static enum needed is_encrypted(const struct plan_input *input)
{
	const struct encryption_facts *facts = &input->facts->encryption;
	const struct history *history = input->history;

	if (facts->have && facts->firm)
		return facts->active ? NEEDED_YES : NEEDED_NO;
	if (input->host->have_boot_encryption)
		return input->host->boot_encrypted ? NEEDED_YES : NEEDED_NO;
	for (size_t i = history->count; i > 0; i--)
		if (history->captures[i - 1].have_encryption &&
		    is_machine(input, history->captures[i - 1].machine))
			return history->captures[i - 1].encrypted ? NEEDED_YES
								  : NEEDED_NO;
	return NEEDED_UNKNOWN;
}

/*
 * True if the architecture selects DMA_DIRECT_REMAP, which needs the pools
 * (DMA_COHERENT_POOL). x86 selects them for AMD_MEM_ENCRYPT only.
 */
static bool remaps(const struct plan_input *input)
{
	return is_machine(input, "aarch64") || is_machine(input, "riscv64");
}

/*
 * s390x has the pools since Linux 7.3, with SWIOTLB_DYNAMIC. A guest under
 * Secure Execution needs them, and no file or log line that is read here shows
 * whether this is such a guest. A kernel of unknown version may be 7.3 or
 * later.
 */
static bool may_be_secure(const struct plan_input *input)
{
	uint32_t version = input->facts->version;

	return is_machine(input, "s390x") &&
	       (!version || version >= KERNEL_VERSION_OF(7, 3));
}

/* Why this architecture always needs the pools; NULL: it does not. */
static const char *needed_here(const struct plan_input *input,
			       enum plan_reason *reason)
{
	if (remaps(input)) {
		*reason = PLAN_POOL_REMAP;
		return "devices that are not cache-coherent need the atomic "
		       "pool on this architecture";
	}
	if (may_be_secure(input)) {
		*reason = PLAN_POOL_ENCRYPTED;
		return "a guest under Secure Execution needs the atomic pool";
	}
	return NULL;
}

/* The size that coherent_pool=value asks for; 0 is the default size. */
static bool size_of(const char *value, uint64_t *bytes)
{
	struct crashkernel parsed;

	*bytes = 0;
	if (crashkernel_parse(text_of(value), &parsed) ||
	    parsed.kind != CRASHKERNEL_SIMPLE || parsed.have_offset)
		return false;
	*bytes = parsed.size_bytes;
	return true;
}

/*
 * The value that the capture kernel gets now: from its own configuration, or
 * inherited from the production kernel.
 */
static void value_in_force(const struct plan_input *input, char *value,
			   size_t size, bool *inherited)
{
	const struct facts *facts = input->facts;

	*inherited = false;
	if (cmdline_last(input->host->append, "coherent_pool", value, size))
		return;
	if (facts->have_cmdline)
		*inherited = cmdline_last(facts->cmdline, "coherent_pool",
					  value, size);
}

/* Keep the pool; a size above the limit is brought down to it. */
static void keep_bounded(const struct plan_input *input,
			 struct setting *setting, const char *value,
			 bool inherited, enum plan_reason reason,
			 const char *why)
{
	uint64_t limit =
		config_number(input->config, CONFIG_COHERENT_POOL_LIMIT);
	uint64_t bytes;

	if (!size_of(value, &bytes) || bytes <= limit) {
		/* Our own 0 would turn off a pool that is needed. */
		if (bytes == 0 && input->host->pool_whose.owner == OWNER_OURS)
			setting->new[0] = '\0';
		plan_because(setting, reason, "%s: the pool stays%s%s", why,
			     value[0] ? " at " : "", value);
		return;
	}
	crashkernel_print_size(limit, setting->new, sizeof(setting->new));
	plan_because(setting, PLAN_POOL_BOUNDED,
		     "%s; coherent_pool=%s%s would take up to three times "
		     "that of the capture kernel's memory: %s is enough",
		     why, value,
		     inherited ? ", inherited from the production kernel," : "",
		     setting->new);
}

static void none_managed(struct setting *setting, const char *value,
			 bool inherited, bool observed, enum patched patched)
{
	snprintf(setting->new, sizeof(setting->new), "0");
	plan_because(
		setting, PLAN_POOL_NONE_MANAGED,
		"the capture kernel's DMA zone %s no managed pages and nothing "
		"needs the atomic pools%s%s%s; 0 %s",
		observed ? "had" : "will have", value[0] ? "; " : "",
		!value[0]   ? ""
		: inherited ? "the production kernel hands down coherent_pool="
			    : "it is given coherent_pool=",
		value,
		patched == PATCHED_YES	? "turns them off"
		: patched == PATCHED_NO ? "is their default size there"
					: "turns them off, or is their default "
					  "size on a kernel without the patch");
}

/* True, with the reason, if it is not ours to set, or not yet. */
static bool is_left_alone(const struct plan_input *input,
			  struct setting *setting)
{
	const struct host *host = input->host;
	uint64_t manage =
		config_number(input->config, CONFIG_MANAGE_COHERENT_POOL);

	if (manage == CONFIG_MANAGE_NEVER)
		plan_because(setting, PLAN_NOT_MANAGED,
			     "manage_coherent_pool is never");
	else if (!host->have_append)
		plan_because(setting, PLAN_BACKEND_UNREADABLE, "%s",
			     host->problem);
	else if (host->new_image[0])
		plan_because(setting, PLAN_POOL_FIRST_BOOT,
			     "this image was never booted: its first boot "
			     "decides");
	else if (host->pool_whose.owner == OWNER_ADMINISTRATOR &&
		 manage != CONFIG_MANAGE_ALWAYS)
		plan_because(setting, PLAN_ADMINISTRATOR,
			     "coherent_pool=%s was set by hand and is left "
			     "alone",
			     setting->old);
	else
		return false;
	return true;
}

void plan_coherent_pool(const struct plan_input *input, struct setting *setting)
{
	const struct host *host = input->host;
	bool inherited, observed;
	char value[64];
	enum patched patched;
	enum verdict verdict = plan_verdict(input, &observed, &patched);
	enum needed encrypted = is_encrypted(input);
	enum plan_reason needed;
	const char *why = needed_here(input, &needed);

	cmdline_last(host->append, "coherent_pool", setting->old,
		     sizeof(setting->old));
	snprintf(setting->new, sizeof(setting->new), "%s", setting->old);
	value_in_force(input, value, sizeof(value), &inherited);

	if (is_left_alone(input, setting))
		return;
	if (why)
		keep_bounded(input, setting, value, inherited, needed, why);
	else if (!input->facts->machine[0])
		plan_because(setting, PLAN_POOL_VERDICT_UNKNOWN,
			     "the architecture is not known");
	else if (!is_machine(input, "x86_64"))
		plan_because(setting, PLAN_POOL_NOT_HERE,
			     "kernels for %s have no atomic pools",
			     input->facts->machine);
	else if (encrypted == NEEDED_YES)
		keep_bounded(input, setting, value, inherited,
			     PLAN_POOL_ENCRYPTED,
			     "memory encryption is active and needs the atomic "
			     "pool");
	else if (encrypted == NEEDED_UNKNOWN)
		plan_because(setting, PLAN_POOL_ENCRYPTION_UNKNOWN,
			     "the kernel log no longer shows whether memory "
			     "encryption is active");
	else if (verdict == VERDICT_UNKNOWN)
		plan_because(setting, PLAN_POOL_VERDICT_UNKNOWN,
			     "no capture was recorded and none can be "
			     "predicted: %s",
			     prediction_reason_text(
				     predict_capture(input->facts).reason));
	else if (verdict == VERDICT_UNMANAGED)
		none_managed(setting, value, inherited, observed, patched);
	else
		keep_bounded(input, setting, value, inherited,
			     PLAN_POOL_MANAGED,
			     verdict == VERDICT_ABSENT
				     ? "this kernel has no DMA zone"
				     : "the capture kernel's DMA zone has "
				       "managed pages");
}
