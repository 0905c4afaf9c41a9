/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whose a value is that is in force: by evidence of who wrote it, and only
 * where there is none by a list of known defaults.
 */
#ifndef WHOSE_H
#define WHOSE_H

#include "config/config.h"
#include "facts/facts.h"
#include "host/host.h"
#include "lib/root.h"

/*
 * Fill next_crashkernel, crashkernel_whose, awaits_reboot, is_older, is_lost
 * and doubt of host, whose backend and boot loader are known.
 */
void whose_crashkernel(const struct root *root, const struct facts *facts,
		       const struct config *config, struct host *host);

/* Fill pool_whose. */
void whose_pool(const struct root *root, const struct config *config,
		struct host *host);

#endif
