// SPDX-License-Identifier: GPL-2.0-or-later
#include "verbs/options.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "lib/text.h"

/* A name of one letter is a short option. */
static const struct known {
	enum option_bit bit;
	const char *name;
	const char *argument; /* NULL: takes none */
} known[] = {
	{ OPTION_JSON, "json", NULL },
	{ OPTION_DRY_RUN, "dry-run", NULL },
	{ OPTION_KERNEL, "kernel", "KVER" },
	{ OPTION_NO_COMMANDS, "no-commands", NULL },
	{ OPTION_APPLY, "apply", NULL },
	{ OPTION_SHUTDOWN, "shutdown", NULL },
	{ OPTION_GET, "get", "KEY" },
	{ OPTION_RESERVED, "reserved", "MIB" },
	{ OPTION_SMALLEST, "smallest", NULL },
	{ OPTION_STEP, "step", "MIB" },
	{ OPTION_LOOK, "look", NULL },
	{ OPTION_IMAGE_FILE, "image", "FILE" },
	{ OPTION_FILE, "o", "FILE" },
	{ OPTION_YES, "yes", NULL },
	{ OPTION_REMOVE, "remove", NULL },
	{ OPTION_CHECK, "check", NULL },
};

#define KNOWN (sizeof(known) / sizeof(*known))

void options_text(unsigned int takes, char *buf, size_t size)
{
	size_t len = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < KNOWN && len < size; i++)
		if (takes & known[i].bit)
			len += (size_t)snprintf(
				buf + len, size - len, "%s[%s%s%s%s]",
				len ? " " : "", known[i].name[1] ? "--" : "-",
				known[i].name, known[i].argument ? " " : "",
				known[i].argument ? known[i].argument : "");
	if (takes & OPTION_CAPTURE && len < size)
		snprintf(buf + len, size - len, "%s[CAPTURE]", len ? " " : "");
}

bool options_word_takes(const char *word)
{
	if (!strcmp(word, "--root"))
		return true;
	for (size_t i = 0; i < KNOWN; i++)
		if (known[i].argument &&
		    !strcmp(word + strspn(word, "-"), known[i].name))
			return true;
	return false;
}

static bool usage(const char *verb, unsigned int takes)
{
	char text[160];

	options_text(takes, text, sizeof(text));
	fprintf(stderr, "usage: kdump-dma %s [--root DIR] %s\n", verb, text);
	return false;
}

/* More than this is no reservation of any machine. */
#define MIB_MAX (1024 * 1024)

static bool take_mib(uint64_t *out)
{
	return !text_number(text_of(optarg), 10, out) && *out > 0 &&
	       *out <= MIB_MAX;
}

/* What getopt_long() returned. false: not an option of ours. */
static bool take(struct options *out, int option)
{
	switch (option) {
	case 'r':
		out->dir = optarg;
		return true;
	case OPTION_JSON:
		return out->json = true;
	case OPTION_DRY_RUN:
		return out->dry_run = true;
	case OPTION_KERNEL:
		out->kernel = optarg;
		return optarg[0];
	case OPTION_NO_COMMANDS:
		return out->no_commands = true;
	case OPTION_APPLY:
		return out->apply = true;
	case OPTION_SHUTDOWN:
		return out->shutdown = true;
	case OPTION_YES:
		return out->yes = true;
	case OPTION_REMOVE:
		return out->remove = true;
	case OPTION_CHECK:
		return out->check = true;
	case OPTION_GET:
		out->get = optarg;
		return true;
	case OPTION_RESERVED:
		return take_mib(&out->reserved_mib);
	case OPTION_STEP:
		return take_mib(&out->step_mib);
	case OPTION_SMALLEST:
		return out->smallest = true;
	case OPTION_LOOK:
		return out->look = true;
	case OPTION_IMAGE_FILE:
		out->image_file = optarg;
		return optarg[0];
	case 'o':
		out->file = strcmp(optarg, "-") ? optarg : NULL;
		return true;
	default:
		return false;
	}
}

bool options_parse(int argc, char **argv, unsigned int takes,
		   struct options *out)
{
	struct option list[KNOWN + 2] = { { "root", required_argument, NULL,
					    'r' } };
	size_t n = 1;
	unsigned int given = 0;
	int option;

	*out = (struct options){ .dir = "/" };
	for (size_t i = 0; i < KNOWN; i++)
		if (takes & known[i].bit && known[i].name[1])
			list[n++] = (struct option){ known[i].name,
						     known[i].argument != NULL,
						     NULL, (int)known[i].bit };
	while ((option =
			getopt_long(argc, argv, takes & OPTION_FILE ? "o:" : "",
				    list, NULL)) != -1) {
		if (!take(out, option))
			return usage(argv[0], takes);
		given |= option == 'r' ? 0 : (unsigned int)option;
	}
	if (takes & OPTION_CAPTURE && optind < argc)
		out->capture = argv[optind++];
	if (optind != argc || (takes & OPTIONS_ONE_ONLY && given & (given - 1)))
		return usage(argv[0], takes);
	return true;
}
