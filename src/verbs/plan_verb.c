// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-dma plan: what should be set, and why. Changes nothing. */
#include <stdio.h>

#include "lib/macros.h"
#include "plan/outlook.h"
#include "plan/plan_print.h"
#include "state/state.h"
#include "verbs/gather.h"
#include "verbs/verbs.h"

enum status plan_status(const struct plan *plan)
{
	if (plan_has_change(plan))
		return STATUS_CHANGE;
	return plan_has_unknown(plan) ? STATUS_UNKNOWN : STATUS_OK;
}

static void print_text(const struct gathered *all)
{
	struct applied applied;

	plan_print_text(stdout, &all->plan);
	applied_load(&all->root, &applied);
	/* Of an older value of ours, or one of lost state, it says nothing. */
	if (all->host.crashkernel_whose.owner == OWNER_OURS && applied.why[0] &&
	    streq(applied.crashkernel, all->host.next_crashkernel))
		printf("\tset %s for: %s\n", applied.when, applied.why);
}

static int print(struct gathered *all, const struct options *options)
{
	char why[OUTLOOK_TEXT_MAX];

	if (options->json)
		plan_print_json(stdout, &all->plan, &all->host);
	else
		print_text(all);
	if (all->host.doubt[0])
		fprintf(stderr, "kdump-dma: %s\n", all->host.doubt);
	(void)outlook_misfit(&all->root, &all->config, &all->facts, why,
			     sizeof(why));
	if (why[0])
		fprintf(stderr, "kdump-dma: %s\n", why);
	return plan_status(&all->plan);
}

int verb_plan(const struct options *options)
{
	return gather_and(options, GATHER_TO_READ, print);
}
