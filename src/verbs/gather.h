/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Everything that a verb reads, in one call. */
#ifndef GATHER_H
#define GATHER_H

#include "config/config.h"
#include "facts/facts.h"
#include "host/host.h"
#include "lib/root.h"
#include "plan/plan.h"
#include "state/history.h"
#include "verbs/options.h"

struct gathered {
	struct root root;
	struct config config;
	struct facts facts;
	struct history history;
	struct host host;
	struct plan plan;
	/*
	 * True if it was refused: the defaults, or no captures, are in its
	 * place. Only with GATHER_ANYWAY and GATHER_TO_READ_ANYWAY.
	 */
	bool config_refused, history_refused;
	struct config_error config_error;
};

enum gather_how {
	GATHER_TO_READ,	 /* without the lock: whoever may not write, too */
	GATHER_TO_WRITE, /* under the lock */
	GATHER_MEASURED, /* the same, and what programs tell of the images */
	/* The same, and -EBUSY at once if somebody else holds the lock. */
	GATHER_MEASURED_NOW,
	/*
	 * Under the lock. A configuration or a history that is refused is named
	 * and left out: revert has to work without them, and a clean end of a
	 * boot has to be noted.
	 */
	GATHER_ANYWAY,
	GATHER_TO_READ_ANYWAY, /* the same without the lock */
};

/* The words for that, on standard error. */
void gather_no_rights(void);

/*
 * Opens dir for a verb. Without root's rights on the live system: -EPERM, after
 * a message, and root is not open. Another -errno, after a message, too.
 */
int gather_root(const char *dir, struct root *root);

/*
 * lock_take(), which waits half a minute at most. -errno after a message on
 * standard error.
 */
int gather_lock(const struct options *options, const struct root *root);

/*
 * Opens the root of the options, reads all of it, plans, and calls fn, which
 * returns an exit status. That status; STATUS_ERROR after a message on standard
 * error if fn could not be called.
 */
int gather_and(const struct options *options, enum gather_how how,
	       int (*fn)(struct gathered *all, const struct options *options));

/*
 * Measure the images again and remember it. For who built them: the caller
 * holds the lock.
 */
void gather_measure(struct gathered *all);

struct plan_input gathered_input(const struct gathered *all);

#endif
