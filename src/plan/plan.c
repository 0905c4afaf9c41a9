// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/plan.h"

#include <stdio.h>
#include <string.h>

#include "lib/macros.h"

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

/* If no image can be loaded, neither memory nor a pool is of use. */
static void leave_as_it_is(struct setting *setting, enum cannot_load why)
{
	snprintf(setting->new, sizeof(setting->new), "%s", setting->old);
	plan_because(setting, PLAN_CANNOT_LOAD, "%s", loadable_text(why));
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

		if (input->host->cannot_load)
			leave_as_it_is(setting, input->host->cannot_load);
		setting->change = !streq(setting->old, setting->new);
	}
}

bool plan_has_change(const struct plan *plan)
{
	for (unsigned int i = 0; i < SETTINGS; i++)
		if (plan->settings[i].change)
			return true;
	return false;
}

bool plan_has_unknown(const struct plan *plan)
{
	for (unsigned int i = 0; i < SETTINGS; i++)
		if (plan_reason_is_unknown(plan->settings[i].reason))
			return true;
	return false;
}
