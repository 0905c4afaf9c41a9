/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What could cost a dump, beside a reservation that is too small: a target that
 * cannot be saved to, is too small or needs the DMA zone; an image that could
 * not be built or loaded; a makedumpfile that does not know the kernel; events
 * that do not end in a dump.
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
	/* Sentences. Somebody should look at each before there is a crash. */
	char doubts[OUTLOOK_DOUBTS_MAX][OUTLOOK_TEXT_MAX];
	size_t doubts_count;
	struct panic_events events;
	struct makedumpfile makedumpfile;
	struct room room;
	uint64_t dump_bytes;	  /* expected of the next dump; 0: unknown */
	struct capture_keys keys; /* of the native image */
};

/*
 * Only the doubts about the dump itself: makedumpfile and room. target is that
 * of the native backend; NULL: another backend.
 */
void outlook_of_dump(const struct root *root, const struct plan_input *input,
		     const struct target *target, struct outlook *out);

/* All doubts. out points into the cmdline of the facts. Writes nothing. */
void outlook_make(const struct root *root, const struct plan_input *input,
		  struct outlook *out);

/* What a makedumpfile saves that does not know the kernel. */
enum outlook_saves {
	SAVES_FREE = 1, /* free pages, too */
	SAVES_HUGE = 2, /* huge pages, too */
	SAVES_ALL = 4,	/* it stops; a plain copy of all memory is left */
};

/*
 * Whether the installed makedumpfile fits the running kernel: why is "" if it
 * does, or if its version is not known. Returns what it would save, too.
 */
unsigned int outlook_misfit(const struct root *root,
			    const struct config *config,
			    const struct facts *facts, char *why, size_t size);

/*
 * Whether a makedumpfile fits a kernel: why is "" if it does, or if that is not
 * known. Returns what it would save, too. needs is makedumpfile_needs= of the
 * configuration; kernel_config may be NULL. Pure.
 */
unsigned int outlook_fit(const char *needs, const char *version,
			 const char *release, const char *machine,
			 const char *kernel_config, char *why, size_t size);

/*
 * The largest p_memsz in the output of "kexec -d -p", which lists the ELF
 * headers that it made; 0 if there is none. Pure.
 */
uint64_t outlook_largest_segment(const char *said);

#endif
