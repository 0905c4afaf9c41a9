/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_LIMITS_H
#define CAPTURE_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

/* How long each step of a capture may take at most, in seconds. */
struct capture_limits {
	uint64_t modules;  /* all of them */
	uint64_t device;   /* waiting for the target */
	uint64_t degraded; /* then a RAID starts without a part */
	uint64_t mount;	   /* includes recovery of the journal */
	uint64_t log;
	uint64_t save;
	uint64_t hook; /* each of pre and post */
	uint64_t record;
	uint64_t sync;
	uint64_t umount;
	uint64_t network; /* waiting for the far end to answer */
	uint64_t remote;  /* all attempts there, before the fallback */
	uint64_t total;	  /* then the machine is reset, whatever hangs */
};

/* From time_limit of the configuration: 10 s to a week. has_fallback: dumps
 * that cannot go to a far end go to this machine. */
struct capture_limits capture_limits_of(uint64_t total_seconds,
					bool has_fallback);

#endif
