// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kdump-dma-check tells whether the running kernel has managed DMA memory. In
 * the capture kernel it also watches the capture and writes its record.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check/finish.h"
#include "check/watch.h"
#include "facts/facts.h"
#include "facts/report.h"
#include "facts/verdict.h"

enum { EXIT_USAGE = 2 };

enum mode { MODE_CHECK, MODE_WATCH, MODE_BEGIN, MODE_FINISH };

struct options {
	enum mode mode;
	const char *root_dir;
	const char *run_dir;
	const char *zoneinfo;
	bool json;
	struct saver_report saver;
};

static const char usage[] =
	"Usage: kdump-dma-check [--root DIR] [--zoneinfo FILE] [--json]\n"
	"       kdump-dma-check --watch [--run DIR]\n"
	"       kdump-dma-check --begin | --finish [OPTION]...\n"
	"\n"
	"Says whether this kernel has managed DMA memory.\n"
	"      --root DIR        look at a captured snapshot instead of /\n"
	"      --zoneinfo FILE   look at this one file only; - is standard "
	"input\n"
	"      --json            print one JSON object\n"
	"      --watch           follow a capture until --finish or SIGTERM\n"
	"      --begin           write a first record: the dump is being "
	"saved\n"
	"      --finish          tell the watcher that the dump ended\n"
	"      --run DIR         where the two meet (/run/kdump-dma)\n"
	"      --dir DIR         write the record there, beside the vmcore\n"
	"      --machine ID      whose crash it is\n"
	"      --dump FILE       the vmcore\n"
	"      --bytes N         its size, if it is elsewhere\n"
	"      --collector TEXT  what saved it, with arguments\n"
	"      --status N        and its exit status\n"
	"      --seconds N       how long it took\n"
	"      --event TEXT      what was done when something failed\n"
	"  -h, --help            print this\n"
	"  -V, --version         print the version\n"
	"Exit status: 0 managed DMA memory, 1 the DMA zone has none, 2 wrong "
	"usage, 3 no\n"
	"DMA zone, 4 cannot tell; --watch, --begin, --finish: 1 no record.\n";

enum {
	OPT_ROOT = 256,
	OPT_ZONEINFO,
	OPT_JSON,
	OPT_WATCH,
	OPT_BEGIN,
	OPT_FINISH,
	OPT_RUN,
	OPT_DIR,
	OPT_MACHINE,
	OPT_DUMP,
	OPT_BYTES,
	OPT_COLLECTOR,
	OPT_STATUS,
	OPT_SECONDS,
	OPT_EVENT,
};

static const struct option long_options[] = {
	{ "root", required_argument, NULL, OPT_ROOT },
	{ "zoneinfo", required_argument, NULL, OPT_ZONEINFO },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "watch", no_argument, NULL, OPT_WATCH },
	{ "begin", no_argument, NULL, OPT_BEGIN },
	{ "finish", no_argument, NULL, OPT_FINISH },
	{ "run", required_argument, NULL, OPT_RUN },
	{ "dir", required_argument, NULL, OPT_DIR },
	{ "machine", required_argument, NULL, OPT_MACHINE },
	{ "dump", required_argument, NULL, OPT_DUMP },
	{ "bytes", required_argument, NULL, OPT_BYTES },
	{ "collector", required_argument, NULL, OPT_COLLECTOR },
	{ "status", required_argument, NULL, OPT_STATUS },
	{ "seconds", required_argument, NULL, OPT_SECONDS },
	{ "event", required_argument, NULL, OPT_EVENT },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

static int usage_error(const char *what, const char *value)
{
	fprintf(stderr,
		"kdump-dma-check: %s: %s\n"
		"Try 'kdump-dma-check --help'.\n",
		what, value);
	return -EINVAL;
}

static int take_path(char *to, size_t size, const char *option,
		     const char *value)
{
	if (strlen(value) >= size || strchr(value, '\n'))
		return usage_error(option, "not a usable path");
	strcpy(to, value);
	return 0;
}

static int take_status(struct saver_report *saver, const char *value)
{
	struct text text = text_of(value);
	bool negative = text_skip(&text, "-");
	uint64_t number;

	if (text_number(text, 10, &number) || number > INT32_MAX)
		return usage_error("--status is not a number", value);
	saver->have_status = true;
	saver->status = negative ? -(int64_t)number : (int64_t)number;
	return 0;
}

static int take_number(uint64_t *to, bool *have, const char *option,
		       const char *value)
{
	if (text_number(text_of(value), 10, to))
		return usage_error(option, value);
	*have = true;
	return 0;
}

static void take_event(struct saver_report *saver, const char *value)
{
	if (saver->events_count == SAVER_EVENTS_MAX)
		return;
	text_copy(text_of(value), saver->events[saver->events_count++],
		  sizeof(saver->events[0]));
}

/* Take an option that only --begin and --finish have. */
static int take_report(struct saver_report *saver, int option,
		       const char *value)
{
	saver->have = true;
	switch (option) {
	case OPT_DIR:
		return take_path(saver->dir, sizeof(saver->dir), "--dir",
				 value);
	case OPT_DUMP:
		return take_path(saver->dump, sizeof(saver->dump), "--dump",
				 value);
	case OPT_MACHINE:
		text_copy(text_of(value), saver->machine_id,
			  sizeof(saver->machine_id));
		return 0;
	case OPT_COLLECTOR:
		text_copy(text_of(value), saver->collector,
			  sizeof(saver->collector));
		return 0;
	case OPT_STATUS:
		return take_status(saver, value);
	case OPT_SECONDS:
		return take_number(&saver->seconds, &saver->have_seconds,
				   "--seconds is not a number", value);
	case OPT_BYTES:
		return take_number(&saver->bytes, &saver->have_bytes,
				   "--bytes is not a number", value);
	default:
		take_event(saver, value);
		return 0;
	}
}

/* 0; -EINVAL after a message; 1 after --help or --version. */
static int take_option(struct options *options, int option, const char *value)
{
	switch (option) {
	case OPT_ROOT:
		options->root_dir = value;
		return 0;
	case OPT_ZONEINFO:
		options->zoneinfo = value;
		return 0;
	case OPT_JSON:
		options->json = true;
		return 0;
	case OPT_WATCH:
		options->mode = MODE_WATCH;
		return 0;
	case OPT_BEGIN:
		options->mode = MODE_BEGIN;
		strcpy(options->saver.state, "saving");
		return 0;
	case OPT_FINISH:
		options->mode = MODE_FINISH;
		options->saver.have = true;
		return 0;
	case OPT_RUN:
		options->run_dir = value;
		return 0;
	case 'h':
		fputs(usage, stdout);
		return 1;
	case 'V':
		puts("kdump-dma-check " VERSION);
		return 1;
	case '?':
		fputs("Try 'kdump-dma-check --help'.\n", stderr);
		return -EINVAL;
	default:
		return take_report(&options->saver, option, value);
	}
}

static int parse_options(struct options *options, int argc, char **argv)
{
	int option, result;

	options->root_dir = "/";
	options->run_dir = RUN_DIR;
	while ((option = getopt_long(argc, argv, "hV", long_options, NULL)) !=
	       -1) {
		result = take_option(options, option, optarg);
		if (result)
			return result;
	}
	if (optind < argc)
		return usage_error("unexpected argument", argv[optind]);
	if (options->mode == MODE_BEGIN && !options->saver.dir[0])
		return usage_error("--begin", "needs --dir");
	if (options->saver.have && options->mode != MODE_FINISH &&
	    options->mode != MODE_BEGIN)
		return usage_error("only with --finish",
				   "--dir, --dump, --bytes, --collector, "
				   "--status, --seconds, --event");
	if (strlen(options->run_dir) > SAVER_PATH_BYTES - 64)
		return usage_error("--run", "the path is too long");
	return 0;
}

/* Say on standard error, in one line, why the verdict is unknown. */
static void explain_unknown(const char *path, const struct facts *facts)
{
	const struct zoneinfo_error *error = &facts->zoneinfo_error;

	if (error->what)
		fprintf(stderr,
			"kdump-dma-check: %s:%llu: %s: the verdict is "
			"unknown\n",
			path, (unsigned long long)error->line, error->what);
	else if (!facts->have_zoneinfo)
		fprintf(stderr,
			"kdump-dma-check: %s: cannot be read: the verdict is "
			"unknown\n",
			path);
	else
		fprintf(stderr,
			"kdump-dma-check: %s: no DMA zone, and no "
			"/proc/vmstat to tell why: the verdict is unknown\n",
			path);
}

static int check(const struct options *options, const struct facts *facts,
		 const char *path)
{
	enum verdict verdict = verdict_of(facts).dma;

	if (options->json)
		report_json(stdout, facts);
	else
		report_text(stdout, facts);
	if (verdict == VERDICT_UNKNOWN)
		explain_unknown(path, facts);
	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, "kdump-dma-check: standard output: %s\n",
			strerror(errno));
		return verdict_exit_status(VERDICT_UNKNOWN);
	}
	return verdict_exit_status(verdict);
}

static int check_zoneinfo(const struct options *options)
{
	static struct facts facts;
	bool is_stdin = strcmp(options->zoneinfo, "-") == 0;
	const char *path = is_stdin ? "standard input" : options->zoneinfo;
	int fd = STDIN_FILENO;

	if (!is_stdin) {
		fd = open(options->zoneinfo, O_RDONLY | O_CLOEXEC);
		if (fd < 0) {
			fprintf(stderr, "kdump-dma-check: %s: %s\n", path,
				strerror(errno));
			return verdict_exit_status(VERDICT_UNKNOWN);
		}
	}
	facts_collect_zoneinfo(fd, &facts);
	return check(options, &facts, path);
}

static int run(const struct options *options, const struct root *root)
{
	static struct facts facts;
	int err;

	switch (options->mode) {
	case MODE_WATCH:
		return watch_capture(root, options->run_dir) ? EXIT_FAILURE : 0;
	case MODE_BEGIN:
	case MODE_FINISH:
		err = options->mode == MODE_BEGIN
			      ? finish_begin(root, &options->saver)
			      : finish_capture(root, options->run_dir,
					       &options->saver);
		if (err)
			fprintf(stderr,
				"kdump-dma-check: the record was not written: "
				"%s\n",
				strerror(-err));
		return err ? EXIT_FAILURE : 0;
	default:
		facts_collect(root, &facts);
		return check(options, &facts, "/proc/zoneinfo");
	}
}

int main(int argc, char **argv)
{
	static struct options options;
	struct root root;
	int status, err;

	err = parse_options(&options, argc, argv);
	if (err)
		return err < 0 ? EXIT_USAGE : 0;
	if (options.zoneinfo)
		return check_zoneinfo(&options);
	err = root_open(&root, options.root_dir);
	if (err) {
		fprintf(stderr, "kdump-dma-check: %s: %s\n", options.root_dir,
			strerror(-err));
		return verdict_exit_status(VERDICT_UNKNOWN);
	}
	status = run(&options, &root);
	root_close(&root);
	return status;
}
