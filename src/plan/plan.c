// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/plan.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "verbs/verbs.h"

static const struct {
	const char *name;
	bool is_unknown;
} reasons[PLAN_REASONS] = {
	[PLAN_IS_CAPTURE_KERNEL] = { "is-capture-kernel", true },
	[PLAN_NOT_MANAGED] = { "not-managed" },
	[PLAN_ADMINISTRATOR] = { "administrator" },
	[PLAN_BACKEND_UNREADABLE] = { "backend-unreadable", true },
	[PLAN_POOL_NOT_HERE] = { "no-pool-here" },
	[PLAN_POOL_VERDICT_UNKNOWN] = { "verdict-unknown", true },
	[PLAN_POOL_ENCRYPTION_UNKNOWN] = { "encryption-unknown", true },
	[PLAN_POOL_ENCRYPTED] = { "encrypted" },
	[PLAN_POOL_REMAP] = { "remapping-architecture" },
	[PLAN_POOL_BOUNDED] = { "bounded" },
	[PLAN_POOL_NONE_MANAGED] = { "none-managed" },
	[PLAN_POOL_MANAGED] = { "managed" },
	[PLAN_CRASHKERNEL_UNKNOWN] = { "need-unknown", true },
	[PLAN_CRASHKERNEL_RAN_OUT] = { "ran-out" },
	[PLAN_CRASHKERNEL_NO_DUMP] = { "no-dump" },
	[PLAN_CRASHKERNEL_MEASURED] = { "measured" },
	[PLAN_CRASHKERNEL_UNPACK] = { "unpacking" },
	[PLAN_CRASHKERNEL_ESTIMATED] = { "estimated" },
	[PLAN_CRASHKERNEL_ENOUGH] = { "enough" },
	[PLAN_CRASHKERNEL_TABLE] = { "table" },
	[PLAN_CRASHKERNEL_TOLERANCE] = { "within-tolerance" },
	[PLAN_CRASHKERNEL_RAM_SHARE] = { "ram-share" },
};

const char *plan_reason_name(enum plan_reason reason)
{
	return reasons[reason].name;
}

bool plan_reason_is_unknown(enum plan_reason reason)
{
	return reasons[reason].is_unknown;
}

const char *setting_name(enum setting_name name)
{
	return name == SETTING_CRASHKERNEL ? "crashkernel" : "coherent_pool";
}

void plan_because(struct setting *setting, enum plan_reason reason,
		  const char *format, ...)
{
	va_list args;

	setting->reason = reason;
	va_start(args, format);
	vsnprintf(setting->sentence, sizeof(setting->sentence), format, args);
	va_end(args);
}

bool plan_last_word(const char *cmdline, const char *name, char *buf,
		    size_t size)
{
	struct text rest = text_of(cmdline), word;
	size_t len = strlen(name);
	bool found = false;

	buf[0] = '\0';
	while (text_word(&rest, &word)) {
		if (word.len <= len || memcmp(word.at, name, len) ||
		    word.at[len] != '=')
			continue;
		text_copy(
			(struct text){ word.at + len + 1, word.len - len - 1 },
			buf, size);
		found = true;
	}
	return found;
}

enum verdict plan_verdict(const struct plan_input *input, bool *observed,
			  enum patched *patched)
{
	const struct history *history = input->history;
	struct prediction prediction = predict(input->facts);

	*observed = true;
	*patched = PATCHED_UNKNOWN;
	for (size_t i = history->count; i > 0; i--) {
		const struct capture *capture = &history->captures[i - 1];

		if (capture->dma == VERDICT_UNKNOWN ||
		    strcmp(capture->machine, input->facts->machine) ||
		    !capture_same_line(capture->release, input->facts->release))
			continue;
		*patched = capture->patched;
		return capture->dma;
	}
	*observed = false;
	return prediction.have ? prediction.dma : VERDICT_UNKNOWN;
}

static bool nothing_to_plan(const struct plan_input *input,
			    struct setting *setting)
{
	const struct facts *facts = input->facts;

	if (!facts->have_capture_kernel || !facts->is_capture_kernel)
		return false;
	plan_because(setting, PLAN_IS_CAPTURE_KERNEL,
		     "this is a capture kernel: plan in the production kernel");
	return true;
}

void plan_make(const struct plan_input *input, struct plan *plan)
{
	memset(plan, 0, sizeof(*plan));
	for (unsigned int i = 0; i < SETTINGS; i++)
		plan->settings[i].name = i;
	if (!nothing_to_plan(input, &plan->settings[SETTING_COHERENT_POOL]))
		plan_coherent_pool(input,
				   &plan->settings[SETTING_COHERENT_POOL]);
	if (!nothing_to_plan(input, &plan->settings[SETTING_CRASHKERNEL]))
		plan_crashkernel(input, &plan->settings[SETTING_CRASHKERNEL],
				 &plan->numbers);
	for (unsigned int i = 0; i < SETTINGS; i++) {
		struct setting *setting = &plan->settings[i];

		setting->change = strcmp(setting->old, setting->new) != 0;
	}
}

int plan_status(const struct plan *plan)
{
	int status = STATUS_OK;

	for (unsigned int i = 0; i < SETTINGS; i++) {
		if (plan->settings[i].change)
			return STATUS_CHANGE;
		if (reasons[plan->settings[i].reason].is_unknown)
			status = STATUS_UNKNOWN;
	}
	return status;
}
