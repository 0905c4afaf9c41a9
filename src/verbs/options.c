// SPDX-License-Identifier: GPL-2.0-or-later
#include "verbs/options.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

static bool usage(const char *verb, bool with_json, bool with_file)
{
	fprintf(stderr, "usage: kdump-dma %s [--root DIR]%s%s\n", verb,
		with_json ? " [--json]" : "", with_file ? " [-o FILE]" : "");
	return false;
}

bool options_parse(int argc, char **argv, const char *verb, bool with_json,
		   bool with_file, struct options *out)
{
	static const struct option options[] = {
		{ "root", required_argument, NULL, 'r' },
		{ "json", no_argument, NULL, 'j' },
		{ 0 },
	};
	int c;

	*out = (struct options){ .dir = "/" };
	while ((c = getopt_long(argc, argv, with_file ? "o:" : "", options,
				NULL)) != -1) {
		if (c == 'r')
			out->dir = optarg;
		else if (c == 'j' && with_json)
			out->json = true;
		else if (c == 'o' && with_file)
			out->file = strcmp(optarg, "-") ? optarg : NULL;
		else
			return usage(verb, with_json, with_file);
	}
	return optind == argc || usage(verb, with_json, with_file);
}
