// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kdump-dma metrics: the Prometheus text format, for node_exporter's textfile
 * collector. Run by a timer, which also notes whether this boot is armed.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "verbs/boot_note.h"
#include "verbs/gather.h"
#include "state/replace.h"
#include "plan/seen.h"
#include "verbs/verbs.h"

#define FILE_NAME "kdump-dma.prom"

static void gauge(FILE *to, const char *name, const char *help, uint64_t value)
{
	fprintf(to,
		"# HELP kdump_dma_%s %s\n# TYPE kdump_dma_%s gauge\n"
		"kdump_dma_%s %" PRIu64 "\n",
		name, help, name, name, value);
}

/* One series for each word, 1 for the one that holds. */
static void states(FILE *to, const char *name, const char *help,
		   const char *label, const char *const words[], size_t count,
		   const char *holds)
{
	fprintf(to, "# HELP kdump_dma_%s %s\n# TYPE kdump_dma_%s gauge\n", name,
		help, name);
	for (size_t i = 0; i < count; i++)
		fprintf(to, "kdump_dma_%s{%s=\"%s\"} %d\n", name, label,
			words[i], !strcmp(words[i], holds));
}

static void print_last(FILE *to, const struct history *history)
{
	static const char *const outcomes[] = { "saved", "failed", "no-dump" };
	const struct capture *last;

	gauge(to, "captures", "Captures that are remembered.", history->count);
	if (!history->count)
		return;
	last = &history->captures[history->count - 1];
	gauge(to, "last_capture_timestamp_seconds",
	      "When the last capture was recorded.", capture_seconds(last));
	states(to, "last_capture", "How the last capture ended.", "outcome",
	       outcomes, 3, capture_outcome_name(last->outcome));
}

static void print_metrics(FILE *to, const struct gathered *all)
{
	static const char *const verdicts[] = { "managed", "unmanaged",
						"absent", "unknown" };
	const struct plan_numbers *numbers = &all->plan.numbers;
	struct plan_input input = gathered_input(all);
	bool observed;
	enum patched patched;
	enum verdict verdict = plan_verdict(&input, &observed, &patched);

	gauge(to, "armed", "1 if a capture image is loaded.", is_armed(all));
	if (all->facts.have_iomem)
		gauge(to, "reserved_bytes",
		      "Memory reserved for the capture kernel.",
		      numbers->reserved_bytes);
	if (numbers->measured_bytes)
		gauge(to, "measured_need_bytes",
		      "Most memory that a capture used.",
		      numbers->measured_bytes);
	gauge(to, "change_advised", "1 if kdump-dma plan advises a change.",
	      plan_status(&all->plan) == STATUS_CHANGE);
	gauge(to, "awaits_reboot", "1 if crashkernel= waits for a reboot.",
	      all->host.awaits_reboot);
	gauge(to, "doubt", "1 if kdump-dma status shows a doubt.",
	      all->host.doubt[0] != '\0');
	states(to, "verdict", "The capture kernel's DMA zone.", "verdict",
	       verdicts, 4, verdict_name(verdict));
	print_last(to, &all->history);
}

/* Where packages of node_exporter look, the first that exists. */
static const char *find_folder(const struct root *root)
{
	static const char *const folders[] = {
		"var/lib/prometheus/node-exporter",
		"var/lib/node_exporter/textfile_collector",
		"var/lib/node_exporter",
	};

	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
		if (root_exists(root, "%s", folders[i]))
			return folders[i];
	return NULL;
}

static int write_metrics(const struct gathered *all, const char *path)
{
	char *buf = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&buf, &len);
	int err;

	if (!to)
		return -ENOMEM;
	print_metrics(to, all);
	err = fclose(to) ? -ENOMEM : file_replace(&all->root, path, buf, len);
	free(buf);
	return err;
}

/* -o auto: as the timer runs it, under the lock. */
static int update(struct gathered *all)
{
	char path[256];
	const char *folder = find_folder(&all->root);
	int err = boot_note(all, BOOT_GOES_ON);

	if (err || !folder)
		return err;
	snprintf(path, sizeof(path), "%s/%s", folder, FILE_NAME);
	return write_metrics(all, path);
}

static int show(struct gathered *all, void *arg)
{
	const char *file = arg;
	int err = 0;

	if (!file)
		print_metrics(stdout, all);
	else if (file[0] == '/')
		err = write_metrics(all, file + strspn(file, "/"));
	else
		err = update(all);
	if (err)
		fprintf(stderr, "kdump-dma: metrics: %s\n", strerror(-err));
	return err ? STATUS_ERROR : STATUS_OK;
}

int verb_metrics(const struct options *options)
{
	const char *file = options->file;
	bool is_auto = file && !strcmp(file, "auto");

	if (file && !is_auto && file[0] != '/') {
		fputs("kdump-dma: metrics: -o takes auto or a whole path\n",
		      stderr);
		return STATUS_ERROR;
	}
	return gather_and(options->dir,
			  is_auto ? GATHER_TO_WRITE : GATHER_TO_READ, show,
			  (char *)file);
}
