/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_LIMITS_H
#define CAPTURE_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

/* How long each step of a capture may take, in seconds; all within total. */
struct capture_limits {
	uint64_t modules; /* all of them */
	uint64_t device;  /* until the target is there */
	uint64_t
		degraded; /* from here on a RAID that lacks a part is started */
	uint64_t mount;	  /* with the recovery of its journal */
	uint64_t log;
	uint64_t save;
	uint64_t hook; /* each of the two */
	uint64_t record;
	uint64_t sync;
	uint64_t umount;
	uint64_t network; /* until a far end answers */
	uint64_t remote;  /* all that is tried with it, before the fallback */
	uint64_t total;	  /* the machine is reset then, whatever hangs */
};

/* From time_limit of the configuration: 10 s to a week. has_fallback: dumps
 * that cannot go to a far end go to this machine. */
struct capture_limits capture_limits_of(uint64_t total_seconds,
					bool has_fallback);

#endif
