// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-dma check: the verdict, as kdump-dma-check has it. */
#include <stdio.h>
#include <string.h>

#include "facts/facts.h"
#include "verbs/options.h"
#include "facts/report.h"
#include "verbs/verbs.h"
#include "facts/verdict.h"

int verb_check(int argc, char **argv)
{
	static struct facts facts;
	struct options options;
	struct root root;
	int err;

	if (!options_parse(argc, argv, "check", true, false, &options))
		return STATUS_USAGE;
	err = root_open(&root, options.dir);
	if (err) {
		fprintf(stderr, "kdump-dma: %s: %s\n", options.dir,
			strerror(-err));
		return STATUS_UNKNOWN;
	}
	facts_collect(&root, &facts);
	root_close(&root);
	if (options.json)
		report_json(stdout, &facts);
	else
		report_text(stdout, &facts);
	return verdict_exit_status(verdict_of(&facts).dma);
}
