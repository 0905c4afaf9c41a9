/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The running kernel was given crashkernel= and reserved nothing: why? */
#ifndef UNRESERVED_H
#define UNRESERVED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "facts/facts.h"
#include "lib/root.h"

enum unreserved_cause {
	UNRESERVED_NOT,	    /* it reserved, or was given nothing */
	UNRESERVED_UNKNOWN, /* the reason is not known */
	UNRESERVED_AUTO,    /* crashkernel=auto, which only RHEL 7 and 8 know */
	UNRESERVED_AUTO_SMALL, /* they do, from 1 or 2 GiB of memory on */
	UNRESERVED_SYNTAX,     /* the kernel does not understand it */
	UNRESERVED_NO_RANGE,   /* no range of it has this much memory */
	UNRESERVED_TOO_LARGE,  /* as much as all memory */
	UNRESERVED_TINY,       /* too little for any kernel: bytes, or KiB */
	UNRESERVED_OFFSET,     /* memory at its offset was in use */
	UNRESERVED_NO_ROOM,    /* no free memory of that size in one piece */
	UNRESERVED_LOW,	       /* none for the part below 4 GiB */
	UNRESERVED_GIVEN_BACK, /* it was reserved, and freed since */
	UNRESERVED_CAUSES,
};

struct unreserved {
	enum unreserved_cause cause;
	char log[LOG_LINE_BYTES]; /* the kernel's own line; "" if it is gone */
	uint64_t asked_bytes;	  /* what was not found; 0: not a size */
	uint64_t too_small_below; /* this machine is: no size is right */
	bool has_no_unit;	  /* UNRESERVED_TINY: neither K, M nor G */
	bool needs_memory;	  /* its ranges do not fit a small machine */
};

/*
 * words: the crashkernel= words of the running kernel; ram_bytes 0 is not
 * known. Reads the kernel log again, which says it early in the boot only.
 * too_small_below is left 0.
 */
void unreserved_find(const struct root *root, const struct facts *facts,
		     const char *words, uint64_t ram_bytes,
		     struct unreserved *out);

/*
 * If this line of the log, without its prefix, is the kernel's word on it, copy
 * it; only the part that tells the cause if the rest has words which no kernel
 * writes there. false: it is none.
 */
bool unreserved_log_words(struct text text, char *out, size_t size);

/* "no-room", ...: stable, for programs; NULL for UNRESERVED_NOT */
const char *unreserved_name(enum unreserved_cause cause);

/* Why, and what to do about it: a part of a sentence, into buf. */
void unreserved_print(const struct unreserved *unreserved, uint64_t ram_bytes,
		      char *buf, size_t size);

#endif
