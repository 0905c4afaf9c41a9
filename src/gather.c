// SPDX-License-Identifier: GPL-2.0-or-later
#include "gather.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct plan_input gathered_input(const struct gathered *all)
{
	return (struct plan_input){ &all->facts, &all->host, &all->history,
				    &all->config };
}

int gather(struct gathered *all, const char *dir)
{
	char why[CAPTURE_ERROR_MAX];
	struct config_error error;
	struct plan_input input;
	int err;

	memset(all, 0, sizeof(*all));
	all->dir = dir;
	err = root_open(&all->root, dir);
	if (err) {
		fprintf(stderr, "kdump-dma: %s: %s\n", dir, strerror(-err));
		return err;
	}
	err = config_load(&all->config, &all->root, &error);
	if (err) {
		fprintf(stderr, "%s\n", error.text);
		return err;
	}
	err = history_load(&all->root, &all->history, why);
	if (err) {
		fprintf(stderr, "kdump-dma: /%s/%s: %s\n", HISTORY_DIR,
			HISTORY_NAME, why);
		/* Not root: what else can be seen is still worth showing. */
		if (err != -EACCES)
			return err;
	}
	facts_collect(&all->root, &all->facts);
	host_collect(&all->root, &all->facts, &all->config, &all->host);
	input = gathered_input(all);
	plan_make(&input, &all->plan);
	return 0;
}

void gather_free(struct gathered *all)
{
	history_free(&all->history);
	root_close(&all->root);
}
