// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-dma: the host's tool. Finds the verb, decides the exit status. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verbs/verbs.h"

static const struct verb {
	const char *name;
	int (*run)(const struct options *options);
	unsigned int takes; /* enum option_bit */
	const char *summary;
} verbs[] = {
	{ "status", verb_status, OPTION_JSON,
	  "armed, reserved, in force, and why" },
	{ "check", verb_check, OPTION_JSON,
	  "the DMA zone of the running kernel" },
	{ "plan", verb_plan, OPTION_JSON, "say what should be set, and why" },
	{ "apply", verb_apply,
	  OPTIONS_ONE_ONLY | OPTION_DRY_RUN | OPTION_KERNEL,
	  "put the plan in force" },
	{ "revert", verb_revert, OPTION_NO_COMMANDS, "undo what apply did" },
	{ "learn", verb_learn,
	  OPTIONS_ONE_ONLY | OPTION_APPLY | OPTION_SHUTDOWN,
	  "learn from records of new captures" },
	{ "list", verb_list, OPTION_JSON, "the captures so far" },
	{ "image", verb_image, OPTION_JSON | OPTION_KERNEL | OPTION_FILE,
	  "what the capture image is made of" },
	{ "rehearse", verb_rehearse,
	  OPTION_JSON | OPTION_KERNEL | OPTION_RESERVED | OPTION_SMALLEST |
		  OPTION_STEP | OPTION_LOOK | OPTION_IMAGE_FILE | OPTION_FILE,
	  "crash into the image, in QEMU" },
	{ "snapshot", verb_snapshot, OPTION_FILE,
	  "what plan reads, as an archive" },
	{ "metrics", verb_metrics, OPTION_FILE, "numbers for Prometheus" },
	{ "config", verb_config, OPTION_GET,
	  "print the validated configuration" },
};

/* More options than this are in the verb's usage and in the manual. */
#define OPTIONS_WIDTH 34

static void help(FILE *out)
{
	fputs("usage: kdump-dma VERB [OPTION]...\n\n", out);
	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++) {
		char options[160];

		options_text(verbs[i].takes, options, sizeof(options));
		fprintf(out, "  %-8s %-*s %s\n", verbs[i].name, OPTIONS_WIDTH,
			strlen(options) > OPTIONS_WIDTH ? "[OPTION]..."
							: options,
			verbs[i].summary);
	}
	fputs("\nEvery verb takes --root DIR: look below it instead of /.\n"
	      "-h, --help prints this, -V, --version the version; see "
	      "kdump-dma(8).\n",
	      out);
}

static int run(const struct verb *verb, int argc, char **argv)
{
	struct options options;

	return options_parse(argc, argv, verb->takes, &options)
		       ? verb->run(&options)
		       : STATUS_USAGE;
}

/* Output that did not arrive is an error, whatever the verb decided. */
static int finish(int status)
{
	if (fflush(stdout) || ferror(stdout)) {
		perror("kdump-dma: standard output");
		return STATUS_ERROR;
	}
	return status;
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		help(stderr);
		return STATUS_USAGE;
	}
	if (!strcmp(argv[1], "-h") || !strcmp(argv[1], "--help")) {
		help(stdout);
		return finish(STATUS_OK);
	}
	if (!strcmp(argv[1], "-V") || !strcmp(argv[1], "--version")) {
		puts("kdump-dma " VERSION);
		return finish(STATUS_OK);
	}
	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++)
		if (!strcmp(argv[1], verbs[i].name))
			return finish(run(&verbs[i], argc - 1, argv + 1));
	fprintf(stderr, "kdump-dma: no such verb: %s; see kdump-dma --help\n",
		argv[1]);
	return STATUS_USAGE;
}
