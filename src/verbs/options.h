/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>

/* What most verbs take. */
struct options {
	const char *dir;  /* --root; "/" */
	bool json;	  /* --json */
	const char *file; /* -o; NULL for standard output, also of "-o -" */
};

/* false, after a usage line for verb, if argv holds anything else. */
bool options_parse(int argc, char **argv, const char *verb, bool with_json,
		   bool with_file, struct options *out);

#endif
