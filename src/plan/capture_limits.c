// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/capture_limits.h"

static uint64_t at_least(uint64_t least, uint64_t value)
{
	return value > least ? value : least;
}

static uint64_t at_most(uint64_t most, uint64_t value)
{
	return value < most ? value : most;
}

struct capture_limits capture_limits_of(uint64_t total, bool has_fallback)
{
	struct capture_limits out = { .total = total };

	/* If saving takes too long, 15 % are left to record how far it came. */
	out.save = total * 85 / 100;
	out.modules = at_most(out.save, 300);
	/* Some controllers take minutes to reset and scan. */
	out.device = at_most(out.save, at_least(60, total / 6));
	out.degraded = out.device / 2;
	/* The journal of a large file system can take minutes to recover. */
	out.mount = at_most(out.save, at_least(120, out.device));
	out.log = at_most(out.save, 60);
	out.hook = at_least(1, at_most(total / 10, 60));
	out.record = at_most(total, 20);
	out.sync = at_most(total, 60);
	out.umount = at_most(total, 30);
	/* A switch may forward nothing in the first minute (spanning tree). */
	out.network = at_most(out.save / 2, 120);
	out.remote = has_fallback ? total / 2 : out.save;
	return out;
}
