// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-dma check: the verdict, as kdump-dma-check has it. */
#include <stdio.h>

#include "facts/facts.h"
#include "facts/report.h"
#include "facts/verdict.h"
#include "verbs/gather.h"
#include "verbs/verbs.h"

int verb_check(const struct options *options)
{
	static struct facts facts;
	struct root root;

	if (gather_root(options->dir, &root))
		return STATUS_UNKNOWN;
	facts_collect(&root, &facts);
	root_close(&root);
	if (options->json)
		report_json(stdout, &facts);
	else
		report_text(stdout, &facts);
	return verdict_exit_status(verdict_of(&facts).dma);
}
