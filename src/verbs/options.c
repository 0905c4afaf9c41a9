// SPDX-License-Identifier: GPL-2.0-or-later
#include "verbs/options.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "lib/macros.h"
#include "lib/text.h"

/* A name of one letter is a short option. */
static const struct known {
	enum option_bit bit;
	const char *name;
	const char *argument; /* NULL: takes none, and is a flag */
	size_t at;	      /* in struct options */
} known[] = {
#define AT(member) offsetof(struct options, member)
	{ OPTION_JSON, "json", NULL, AT(json) },
	{ OPTION_DRY_RUN, "dry-run", NULL, AT(dry_run) },
	{ OPTION_KERNEL, "kernel", "KVER", AT(kernel) },
	{ OPTION_NO_COMMANDS, "no-commands", NULL, AT(no_commands) },
	{ OPTION_APPLY, "apply", NULL, AT(apply) },
	{ OPTION_SHUTDOWN, "shutdown", NULL, AT(shutdown) },
	{ OPTION_GET, "get", "KEY", AT(get) },
	{ OPTION_RESERVED, "reserved", "MIB", AT(reserved_mib) },
	{ OPTION_SMALLEST, "smallest", NULL, AT(smallest) },
	{ OPTION_STEP, "step", "MIB", AT(step_mib) },
	{ OPTION_LOOK, "look", NULL, AT(look) },
	{ OPTION_IMAGE_FILE, "image", "FILE", AT(image_file) },
	{ OPTION_FILE, "o", "FILE", AT(file) },
	{ OPTION_YES, "yes", NULL, AT(yes) },
	{ OPTION_MEASURE, "measure", NULL, AT(measure) },
	{ OPTION_PUBLISH, "publish", "DIR", AT(publish) },
	{ OPTION_REMOVE, "remove", NULL, AT(remove) },
	{ OPTION_CHECK, "check", NULL, AT(check) },
#undef AT
};

#define KNOWN ARRAY_SIZE(known)
#define ROOT  ((int)KNOWN)

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
	if (takes & OPTION_TARGET && len < size)
		snprintf(buf + len, size - len, "%s[TARGET]", len ? " " : "");
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

/* false: not what the option takes. */
static bool take(struct options *out, const struct known *option)
{
	void *at = (char *)out + option->at;
	uint64_t *mib = at;

	if (!option->argument)
		return *(bool *)at = true;
	if (!strcmp(option->argument, "MIB"))
		return !text_number(text_of(optarg), 10, mib) && *mib > 0 &&
		       *mib <= MIB_MAX;
	*(const char **)at = optarg;
	return optarg[0];
}

/* option is from getopt_long(): ROOT, a letter, or an index of known[]. */
static bool take_any(struct options *out, int option, unsigned int *given)
{
	if (option == ROOT)
		return (out->dir = optarg);
	for (size_t i = 0; i < KNOWN; i++)
		if (option == (int)i ||
		    (!known[i].name[1] && option == known[i].name[0])) {
			*given |= known[i].bit;
			return take(out, &known[i]);
		}
	return false;
}

bool options_parse(int argc, char **argv, unsigned int takes,
		   struct options *out)
{
	struct option list[KNOWN + 2] = { { "root", required_argument, NULL,
					    ROOT } };
	size_t n = 1;
	unsigned int given = 0;
	int option;

	*out = (struct options){ .dir = "/" };
	for (size_t i = 0; i < KNOWN; i++)
		if (takes & known[i].bit && known[i].name[1])
			list[n++] = (struct option){ known[i].name,
						     known[i].argument != NULL,
						     NULL, (int)i };
	while ((option =
			getopt_long(argc, argv, takes & OPTION_FILE ? "o:" : "",
				    list, NULL)) != -1) {
		if (!take_any(out, option, &given))
			return usage(argv[0], takes);
	}
	if (out->file && !strcmp(out->file, "-"))
		out->file = NULL;
	if (takes & OPTION_CAPTURE && optind < argc)
		out->capture = argv[optind++];
	if (takes & OPTION_TARGET && optind < argc)
		out->target = argv[optind++];
	if (optind != argc || (takes & OPTIONS_ONE_ONLY && given & (given - 1)))
		return usage(argv[0], takes);
	return true;
}
