/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Everything that a verb reads, in one call. */
#ifndef GATHER_H
#define GATHER_H

#include "config/config.h"
#include "facts/facts.h"
#include "state/history.h"
#include "host/host.h"
#include "plan/plan.h"
#include "lib/root.h"

struct gathered {
	struct root root;
	struct config config;
	struct facts facts;
	struct history history;
	struct host host;
	struct plan plan;
};

/*
 * Opens dir, reads all of it and plans. 0, or -errno after a message on
 * standard error. gather_free() is right in both cases.
 */
int gather(struct gathered *all, const char *dir);
/*
 * The same, but a configuration or a history that is refused is said and left
 * out: what apply did has to be undone without them, and that a boot ends in
 * order has to be noted.
 */
int gather_anyway(struct gathered *all, const char *dir);
void gather_free(struct gathered *all);

struct plan_input gathered_input(const struct gathered *all);

#endif
