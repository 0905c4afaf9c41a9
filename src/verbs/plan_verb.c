// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-dma plan: what should be set, and why. Changes nothing. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>

#include "verbs/gather.h"
#include "lib/json.h"
#include "plan/plan_print.h"
#include "verbs/verbs.h"

static int usage(void)
{
	fputs("usage: kdump-dma plan [--root DIR] [--json]\n", stderr);
	return STATUS_USAGE;
}

enum status plan_status(const struct plan *plan)
{
	if (plan_has_change(plan))
		return STATUS_CHANGE;
	return plan_has_unknown(plan) ? STATUS_UNKNOWN : STATUS_OK;
}

int verb_plan(int argc, char **argv)
{
	static const struct option options[] = {
		{ "root", required_argument, NULL, 'r' },
		{ "json", no_argument, NULL, 'j' },
		{ 0 },
	};
	static struct gathered all;
	const char *dir = "/";
	bool json = false;
	int c, status = STATUS_ERROR;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'r')
			dir = optarg;
		else if (c == 'j')
			json = true;
		else
			return usage();
	}
	if (optind != argc)
		return usage();
	if (!gather(&all, dir)) {
		if (json)
			plan_print_json(stdout, &all.plan, &all.host);
		else
			plan_print_text(stdout, &all.plan);
		if (all.host.doubt[0])
			fprintf(stderr, "kdump-dma: %s\n", all.host.doubt);
		status = plan_status(&all.plan);
	}
	gather_free(&all);
	return status;
}
