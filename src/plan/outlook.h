/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stands between a crash and its dump, beside the reservation: a target
 * that cannot be saved to, is too small or needs the DMA zone, an image that
 * could not be built or loaded, a makedumpfile that does not know the kernel,
 * events that do not end in a dump.
 */
#ifndef OUTLOOK_H
#define OUTLOOK_H

#include "host/makedumpfile.h"
#include "host/room.h"
#include "plan/capture_image.h"
#include "plan/panic_events.h"
#include "plan/plan.h"

#define OUTLOOK_DOUBTS_MAX 12
#define OUTLOOK_TEXT_MAX   1024

struct outlook {
	/* sentences; each is something to look at before there is a crash */
	char doubts[OUTLOOK_DOUBTS_MAX][OUTLOOK_TEXT_MAX];
	size_t doubts_count;
	struct panic_events events;
	struct makedumpfile makedumpfile;
	struct room room;
	uint64_t dump_bytes; /* room that the next dump should have; 0: unknown
			      */
};

/*
 * Only what concerns the dump itself: makedumpfile and room. target: native's;
 * NULL with another backend.
 */
void outlook_of_dump(const struct root *root, const struct plan_input *input,
		     const struct target *target, struct outlook *out);

/* cmdline of the facts has to live as long as out. Writes nothing. */
void outlook_make(const struct root *root, const struct plan_input *input,
		  struct outlook *out);

/*
 * Does the makedumpfile that is here, if it is known, fit the running kernel?
 * "" in why if it does. true if it saves free pages, too.
 */
bool outlook_misfit(const struct root *root, const struct config *config,
		    const struct facts *facts, char *why, size_t size);

/*
 * Does this makedumpfile fit this kernel? "" in why if it does, or if that is
 * not known; *unfiltered: it saves free pages, too. needs is
 * makedumpfile_needs= of the configuration; kernel_config may be NULL.
 */
void outlook_fit(const char *needs, const char *version, const char *release,
		 const char *machine, const char *kernel_config, char *why,
		 size_t size, bool *unfiltered);

/*
 * The largest p_memsz in what "kexec -d -p" said of the ELF headers that it
 * made; 0 if it said nothing of them. Pure.
 */
uint64_t outlook_largest_segment(const char *said);

#endif
