/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is given to a verb: parsed once, by the table of verbs. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a verb may take, beside --root DIR, which all take. */
enum option_bit {
	OPTION_JSON = 1 << 0,
	OPTION_DRY_RUN = 1 << 1,
	OPTION_KERNEL = 1 << 2,
	OPTION_NO_COMMANDS = 1 << 3,
	OPTION_APPLY = 1 << 4,
	OPTION_SHUTDOWN = 1 << 5,
	OPTION_GET = 1 << 6,
	OPTION_FILE = 1 << 7,
	OPTION_RESERVED = 1 << 9,
	OPTION_SMALLEST = 1 << 10,
	OPTION_STEP = 1 << 11,
	OPTION_IMAGE_FILE = 1 << 12,
	OPTION_LOOK = 1 << 13,
	OPTION_YES = 1 << 14,
	OPTION_REMOVE = 1 << 16,
	OPTION_CHECK = 1 << 17,
	OPTION_CAPTURE = 1 << 15, /* not an option: a word */
	OPTION_TARGET = 1 << 20,  /* likewise */
	OPTION_MEASURE = 1 << 18,
	OPTION_PUBLISH = 1 << 8,
	/* at most one of those that the verb takes */
	OPTIONS_ONE_ONLY = 1 << 30,
};

struct options {
	const char *dir; /* --root; "/" */
	bool json;
	bool dry_run;
	bool no_commands;
	bool apply;
	bool shutdown;
	const char *kernel;    /* --kernel; NULL: not given */
	const char *get;       /* --get; NULL: not given */
	uint64_t reserved_mib; /* --reserved; 0: not given */
	uint64_t step_mib;     /* --step; 0: not given */
	bool smallest;
	bool look;
	const char *image_file; /* --image; NULL: not given */
	const char *file;    /* -o; NULL for standard output, also of "-o -" */
	const char *publish; /* --publish; NULL: not given */
	bool yes;
	bool measure;
	bool remove;
	bool check;
	const char *capture; /* NULL: not given */
	const char *target;  /* likewise */
};

/*
 * argv of a verb that takes these. false, after a usage line on standard
 * error, if it holds anything else.
 */
bool options_parse(int argc, char **argv, unsigned int takes,
		   struct options *out);

/* "--kernel": does the next word belong to this one? */
bool options_word_takes(const char *word);

/* "[--dry-run] [--kernel KVER]" */
void options_text(unsigned int takes, char *buf, size_t size);

#endif
