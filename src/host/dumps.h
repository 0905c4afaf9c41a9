/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The dumps on disk, whoever saved them. */
#ifndef DUMPS_H
#define DUMPS_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/root.h"
#include "state/capture.h"
#include "state/history.h"

#define DUMPS_MAX      1024
#define DUMP_PANIC_MAX 160

struct dump {
	char path[CAPTURE_ID_MAX]; /* its folder, as seen on the machine */
	uint64_t changed;	   /* of the folder, seconds since 1970 */
	/* Of this very folder: another one of its name has another. */
	uint64_t token;
	bool have_log;	/* the crashed kernel's */
	uint64_t taken; /* as its record says, else changed */
	bool have_vmcore;
	char vmcore[64]; /* the name of one, of a whole one if there is one */
	bool incomplete; /* and no other is whole */
	uint64_t vmcore_bytes;
	bool have_record; /* one that passed every check */
	struct capture capture;
	char why[CAPTURE_ERROR_MAX]; /* a record that did not: "" if none */
	char panic[DUMP_PANIC_MAX];  /* "" if not found */
};

/*
 * Every folder below folder ("/var/crash") with a dump, a record or a log,
 * oldest first; of more folders than DUMPS_MAX, those that were changed last.
 * With want_panic the saved kernel log is searched too. The caller frees *list,
 * after an error, too. 0 or -errno; a folder for dumps that is not there holds
 * none, nor does "".
 */
int dumps_find(const struct root *root, const char *folder, bool want_panic,
	       struct dump **list, size_t *count);

/*
 * Of these dumps the one that the capture at that place of the history was
 * learned from: the one in its folder, or where there is none one of the same
 * content that was in no folder then (its file system is mounted elsewhere
 * since). NULL: it is not there.
 */
const struct dump *dumps_of_capture(const struct dump *list, size_t count,
				    const struct history *history,
				    size_t place);

/*
 * The record in a dump's folder, which counts only if root wrote it and nobody
 * else can; NULL if it is none. The caller gives it back.
 */
struct json_t *dumps_record(const struct root *root, const char *path);

/* The line of a kernel log that says why it crashed. Pure. */
void dumps_panic_line(const char *buf, size_t len, char *out, size_t size);

/* The record in the last line of a log that kdump-dma wrote; false if none.
 * Pure.
 */
bool dumps_record_in_log(const char *buf, size_t len, struct text *record);

#endif
