// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-dma: the host's tool. Finds the verb, decides the exit status. */
#include <stdio.h>
#include <string.h>

#include "config/nearest.h"
#include "lib/macros.h"
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
	{ "show", verb_show, OPTION_CAPTURE, "one capture, how to open it" },
	{ "test", verb_test, OPTION_YES, "crash this machine on purpose" },
	{ "target", verb_target, OPTION_YES | OPTION_TARGET,
	  "dumps to another machine" },
	{ "image", verb_image,
	  OPTION_JSON | OPTION_KERNEL | OPTION_FILE | OPTION_MEASURE |
		  OPTION_PUBLISH,
	  "what the capture image is made of" },
	{ "unlock", verb_unlock,
	  OPTIONS_ONE_ONLY | OPTION_REMOVE | OPTION_CHECK,
	  "let captures open encrypted disks" },
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

#define VERBS ARRAY_SIZE(verbs)

static const char *verb_name(size_t i)
{
	return verbs[i].name;
}

static const struct verb *find_verb(const char *name)
{
	for (size_t i = 0; i < VERBS; i++)
		if (!strcmp(name, verbs[i].name))
			return &verbs[i];
	return NULL;
}

static const struct verb *need_verb(const char *name)
{
	const struct verb *verb = find_verb(name);
	const char *near = verb ? NULL : nearest(name, verb_name, VERBS);

	if (!verb)
		fprintf(stderr, "kdump-dma: no such verb: %s; %s%s%s\n", name,
			near ? "did you mean " : "see kdump-dma --help",
			near ? near : "", near ? "?" : "");
	return verb;
}

static void help(FILE *out)
{
	fputs("usage: kdump-dma VERB [OPTION]...\n\n", out);
	for (size_t i = 0; i < VERBS; i++) {
		char options[160];

		options_text(verbs[i].takes, options, sizeof(options));
		fprintf(out, "  %-8s %-*s %s\n", verbs[i].name, OPTIONS_WIDTH,
			strlen(options) > OPTIONS_WIDTH ? "[OPTION]..."
							: options,
			verbs[i].summary);
	}
	fputs("\nEvery verb takes --root DIR: look below it instead of /.\n"
	      "help VERB, -h, --help: print this, or of one verb; -V, "
	      "--version: the version.\n"
	      "See kdump-dma(8).\n",
	      out);
}

static int help_of(const char *name)
{
	const struct verb *verb = need_verb(name);
	char options[160];

	if (!verb)
		return STATUS_USAGE;
	options_text(verb->takes, options, sizeof(options));
	printf("usage: kdump-dma %s [--root DIR] %s\n\n%s; see kdump-dma(8).\n",
	       verb->name, options, verb->summary);
	return STATUS_OK;
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

static bool is_given(int argc, char **argv, const char *one, const char *other)
{
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], one) || !strcmp(argv[i], other))
			return true;
		if (options_word_takes(argv[i]))
			i++;
	}
	return false;
}

/* Options may stand before the verb, too: it is the first word that is none. */
static int find_word(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (argv[i][0] != '-')
			return i;
		if (options_word_takes(argv[i]))
			i++;
	}
	return 0;
}

int main(int argc, char **argv)
{
	int at = find_word(argc, argv);
	const char *word = at ? argv[at] : NULL;
	bool asks = is_given(argc, argv, "-h", "--help");
	const struct verb *verb;

	if (is_given(argc, argv, "-V", "--version")) {
		puts("kdump-dma " VERSION);
		return finish(STATUS_OK);
	}
	if (word && !strcmp(word, "help")) {
		word = at + 1 < argc ? argv[at + 1] : NULL;
		asks = true;
	}
	if (asks && word)
		return finish(help_of(word));
	if (asks || !word) {
		help(asks ? stdout : stderr);
		return finish(asks ? STATUS_OK : STATUS_USAGE);
	}
	verb = need_verb(word);
	if (!verb)
		return STATUS_USAGE;
	/* The verb goes in front, where getopt_long() wants the name. */
	for (int i = at; i > 1; i--)
		argv[i] = argv[i - 1];
	argv[1] = (char *)verb->name;
	return finish(run(verb, argc - 1, argv + 1));
}
