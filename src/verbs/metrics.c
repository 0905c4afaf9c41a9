// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kdump-dma metrics: the Prometheus text format, for node_exporter's textfile
 * collector. Run by a timer, which also notes whether this boot is armed.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/dump_folder.h"
#include "host/room.h"
#include "lib/macros.h"
#include "lib/when.h"
#include "lib/write_file.h"
#include "plan/seen.h"
#include "state/file.h"
#include "state/state.h"
#include "verbs/boot_note.h"
#include "verbs/gather.h"
#include "verbs/tested.h"
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
			words[i], streq(words[i], holds));
}

static void print_last(FILE *to, const struct history *history)
{
	static const char *const outcomes[] = { "saved", "failed", "no-dump" };
	const struct capture *last;

	gauge(to, "captures", "Captures that are remembered.", history->count);
	fputs("# HELP kdump_dma_captures_total Captures that were ever "
	      "learned.\n"
	      "# TYPE kdump_dma_captures_total counter\n",
	      to);
	for (unsigned int i = 0; i < CAPTURE_OUTCOMES; i++)
		fprintf(to,
			"kdump_dma_captures_total{outcome=\"%s\",test=\"no\"} "
			"%" PRIu64 "\n"
			"kdump_dma_captures_total{outcome=\"%s\",test=\"yes\"} "
			"%" PRIu64 "\n",
			outcomes[i], history->crashes[i], outcomes[i],
			history->tests[i]);
	for (size_t i = history->count; i > 0; i--)
		if (history->captures[i - 1].is_test) {
			gauge(to, "last_test_timestamp_seconds",
			      "When the last crash on purpose was recorded.",
			      when_seconds(history->captures[i - 1].when));
			break;
		}
	if (!history->count)
		return;
	last = &history->captures[history->count - 1];
	gauge(to, "last_capture_timestamp_seconds",
	      "When the last capture was recorded.", when_seconds(last->when));
	gauge(to, "last_capture_is_test",
	      "1 if the last capture was a crash on purpose.", last->is_test);
	states(to, "last_capture", "How the last capture ended.", "outcome",
	       outcomes, 3, capture_outcome_name(last->outcome));
}

static void print_room(FILE *to, const struct gathered *all)
{
	struct room room;
	struct dump_folder folder;

	dump_folder_find(&all->root, &all->config, all->host.backend, &folder);
	gauge(to, "captures_seen", "1 if captures are seen on this machine.",
	      folder.is_seen);
	room_collect(&all->root, folder.is_seen ? folder.path : NULL,
		     config_text(&all->config, CONFIG_COLLECTOR_ARGS), &room);
	if (room.have_free)
		gauge(to, "target_free_bytes",
		      "Free room where dumps are saved to.", room.free_bytes);
	if (room.have_expected)
		gauge(to, "dump_expected_bytes",
		      "What a dump would take now, before it is compressed.",
		      room.expected_bytes);
}

static void print_rehearsal(FILE *to, const struct gathered *all)
{
	struct newest_rehearsal last;
	struct looked look;

	if (tested_look(all, &look))
		gauge(to, "image_faults",
		      "Faults that the last look at the image in force found.",
		      look.faults_count);
	tested_rehearsal(all, &last);
	if (!last.have)
		return;
	gauge(to, "last_rehearsal_timestamp_seconds",
	      "When the last rehearsal of this kernel ended.",
	      when_seconds(last.one.when));
	gauge(to, "last_rehearsal_saved", "1 if it saved a dump.",
	      last.one.saved);
	gauge(to, "last_rehearsal_reserved_bytes",
	      "What was reserved in that rehearsal.",
	      last.one.reserved_kib * 1024);
	if (last.one.have_peak)
		gauge(to, "last_rehearsal_peak_bytes",
		      "Most memory that it used.", last.one.peak_kib * 1024);
	if (last.have_image)
		gauge(to, "last_rehearsal_of_image",
		      "1 if it was of the capture image in force.",
		      last.of_image);
}

/* Metrics that depend on the configuration; left out if it is refused. */
static void print_configured(FILE *to, const struct gathered *all)
{
	static const char *const verdicts[] = { "managed", "unmanaged",
						"absent", "unknown" };
	struct plan_input input = gathered_input(all);
	bool observed;
	enum patched patched;
	enum verdict verdict = plan_verdict(&input, &observed, &patched);

	fprintf(to,
		"# HELP kdump_dma_info What is installed and used.\n"
		"# TYPE kdump_dma_info gauge\n"
		"kdump_dma_info{version=\"" VERSION "\",backend=\"%s\","
		"boot_loader=\"%s\",reverted=\"%s\"} 1\n",
		all->host.backend->name, all->host.bootloader->name,
		state_is_reverted(&all->root) ? "yes" : "no");
	if (all->plan.numbers.measured_bytes)
		gauge(to, "measured_need_bytes",
		      "Most memory that a capture used.",
		      all->plan.numbers.measured_bytes);
	gauge(to, "change_advised", "1 if kdump-dma plan advises a change.",
	      plan_status(&all->plan) == STATUS_CHANGE);
	gauge(to, "awaits_reboot", "1 if crashkernel= waits for a reboot.",
	      all->host.awaits_reboot);
	gauge(to, "doubt", "1 if kdump-dma status shows a doubt.",
	      all->host.doubt[0] != '\0');
	gauge(to, "image_stale",
	      "1 if an older capture image is loaded, because no new one "
	      "could be built.",
	      all->host.image_stale);
	states(to, "verdict", "The capture kernel's DMA zone.", "verdict",
	       verdicts, 4, verdict_name(verdict));
	print_room(to, all);
	print_rehearsal(to, all);
}

static void print_metrics(FILE *to, const struct gathered *all)
{
	gauge(to, "armed", "1 if a capture image is loaded.",
	      boot_note_is_armed(all));
	gauge(to, "config_error", "1 if the configuration is refused.",
	      all->config_refused);
	if (all->facts.have_iomem)
		gauge(to, "reserved_bytes",
		      "Memory reserved for the capture kernel.",
		      all->plan.numbers.reserved_bytes);
	if (!all->config_refused && !all->history_refused)
		print_configured(to, all);
	if (!all->history_refused)
		print_last(to, &all->history);
}

/* Readable to the exporter, whatever the umask. */
static void print_readable(FILE *to, const void *arg)
{
	(void)!fchmod(fileno(to), 0644);
	print_metrics(to, arg);
}

/*
 * Where packages of node_exporter look, the first that exists. Its user owns
 * what is there: a link in its place would have root write anywhere.
 */
static int write_to_exporter(const struct gathered *all)
{
	static const char *const folders[] = {
		"var/lib/prometheus/node-exporter",
		"var/lib/node_exporter/textfile_collector",
		"var/lib/node_exporter",
	};

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		int err, fd = root_openat(&all->root,
					  O_RDONLY | O_DIRECTORY | O_NOFOLLOW,
					  "%s", folders[i]);

		if (fd == -ENOENT)
			continue;
		if (fd < 0) {
			fprintf(stderr,
				"kdump-dma: metrics: /%s is not a folder; if "
				"it is a link, name the file behind it with "
				"-o\n",
				folders[i]);
			return fd;
		}
		err = write_file_at(fd, FILE_NAME, print_readable, all);
		close(fd);
		return err;
	}
	return 0;
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
	int err = boot_note(all, BOOT_GOES_ON, NULL);

	return err ? err : write_to_exporter(all);
}

static int show(struct gathered *all, const struct options *options)
{
	const char *file = options->file;
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
	bool is_auto = file && streq(file, "auto");

	if (file && !is_auto && file[0] != '/') {
		fputs("kdump-dma: metrics: -o takes auto or an absolute path\n",
		      stderr);
		return STATUS_USAGE;
	}
	return gather_and(
		options, is_auto ? GATHER_ANYWAY : GATHER_TO_READ_ANYWAY, show);
}
