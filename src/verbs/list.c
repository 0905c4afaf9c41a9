// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-dma list: the captures that were learned, and the dumps on disk. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/dump_folder.h"
#include "host/dumps.h"
#include "lib/json.h"
#include "state/capture_json.h"
#include "verbs/gather.h"
#include "verbs/verbs.h"

struct listing {
	struct dump *dumps;
	size_t count;
};

/* A dump that nobody recorded: what the folder shows. */
static struct capture unrecorded(const struct dump *dump)
{
	bool whole = dump->have_vmcore && !dump->incomplete;
	struct capture capture = { .outcome = whole ? CAPTURE_SAVED
						    : CAPTURE_FAILED,
				   .unfinished = !dump->have_vmcore };

	snprintf(capture.id, sizeof(capture.id), "%s", dump->path);
	snprintf(capture.when, sizeof(capture.when), "%s", dump->capture.when);
	return capture;
}

/* What was done when something failed; input from outside. */
static void print_events(const struct root *root, const struct dump *dump)
{
	json_t *record = dumps_record(root, dump->path);
	const json_t *events = json_object_get(record, "events");

	for (size_t i = 0; i < json_array_size(events); i++) {
		const char *event =
			json_string_value(json_array_get(events, i));
		char plain[160];

		if (!event)
			continue;
		text_copy(text_of(event), plain, sizeof(plain));
		printf("%20s %s\n", "", plain);
	}
	json_decref(record);
}

static void print_line(const struct root *root, const struct capture *capture,
		       const struct dump *dump)
{
	uint64_t bytes = dump && dump->vmcore_bytes ? dump->vmcore_bytes
						    : capture->dump_bytes;
	char peak[48] = "-", size[32] = "-";

	if (capture_peak_kib(capture))
		snprintf(peak, sizeof(peak), "%" PRIu64 "/%" PRIu64,
			 capture_used_mib(capture),
			 capture_reserved_mib(capture));
	if (bytes)
		snprintf(size, sizeof(size), "%" PRIu64,
			 (bytes + 1048575) >> 20);
	printf("%-20s %-8s %-9s %8s %9s  %-24s %s\n",
	       capture->when[0] ? capture->when : "-",
	       capture_outcome_name(capture->outcome),
	       verdict_name(capture->dma), size, peak,
	       capture->release[0] ? capture->release : "-", capture->id);
	if (capture->is_test)
		printf("%20s a test: it was crashed on purpose\n", "");
	if (dump && dump->panic[0])
		printf("%20s %s\n", "", dump->panic);
	if (capture->unfinished)
		printf("%20s saving began and did not end, cause unknown, "
		       "perhaps the disk\n",
		       "");
	if (dump && dump->why[0])
		printf("%20s record not accepted: %s\n", "", dump->why);
	if (dump && capture->outcome == CAPTURE_FAILED)
		print_events(root, dump);
}

static void print_object(struct json *json, const struct capture *capture,
			 const struct dump *dump)
{
	json_open(json, NULL, '{');
	capture_print(json, "capture", capture);
	json_bool(json, "on_disk", dump != NULL);
	if (dump) {
		json_u64(json, "vmcore_bytes", dump->vmcore_bytes);
		json_bool(json, "incomplete", dump->incomplete);
		json_bool(json, "record", dump->have_record);
		json_str(json, "panic", dump->panic);
		json_str(json, "record_refused", dump->why);
	}
	if (capture_peak_kib(capture))
		json_u64(json, "peak_kib", capture_peak_kib(capture));
	json_close(json, '}');
}

/* One that was learned, with the folder that it lies in now. */
static const struct dump *learned(const struct gathered *all,
				  const struct listing *listing, size_t i,
				  struct capture *out)
{
	const struct dump *dump = dumps_of_capture(
		listing->dumps, listing->count, &all->history, i);

	*out = all->history.captures[i];
	if (dump)
		snprintf(out->id, sizeof(out->id), "%s", dump->path);
	return dump;
}

/* Was it listed as what a capture was learned from? */
static bool is_listed(const struct gathered *all, const struct listing *listing,
		      const struct dump *dump)
{
	const struct history *history = &all->history;
	size_t order =
		dump->have_record ? history_order(history, &dump->capture) : 0;

	return history_has(history, dump->path) ||
	       (order > history->past_count &&
		dumps_of_capture(listing->dumps, listing->count, history,
				 order - history->past_count - 1) == dump);
}

static void each(const struct gathered *all, const struct listing *listing,
		 struct json *json)
{
	for (size_t i = 0; i < all->history.count + listing->count; i++) {
		const struct dump *dump;
		struct capture capture;

		if (i < all->history.count) {
			dump = learned(all, listing, i, &capture);
		} else {
			dump = &listing->dumps[i - all->history.count];
			if (is_listed(all, listing, dump))
				continue;
			capture = dump->have_record ? dump->capture
						    : unrecorded(dump);
		}
		if (json)
			print_object(json, &capture, dump);
		else
			print_line(&all->root, &capture, dump);
	}
}

static void print(const struct gathered *all, const struct listing *listing,
		  bool as_json)
{
	struct json json;

	if (!as_json) {
		printf("%-20s %-8s %-9s %8s %9s  %-24s %s\n", "when", "outcome",
		       "DMA zone", "MiB", "used MiB", "kernel", "where");
		each(all, listing, NULL);
		return;
	}
	json_begin(&json, stdout, true);
	json_open(&json, NULL, '{');
	json_u64(&json, "schema", 1);
	json_open(&json, "captures", '[');
	each(all, listing, &json);
	json_close(&json, ']');
	json_close(&json, '}');
	json_end(&json);
}

static int look(struct gathered *all, const struct options *options)
{
	struct listing listing = { 0 };
	struct dump_folder folder;
	int err;

	dump_folder_find(&all->root, &all->config, all->host.backend, &folder);
	if (folder.fault[0] || !folder.path[0])
		fprintf(stderr, "kdump-dma: list: %s\n",
			folder.fault[0] ? folder.fault : folder.unseen);
	err = dumps_find(&all->root, folder.path, true, &listing.dumps,
			 &listing.count);
	if (err)
		fprintf(stderr, "kdump-dma: list: %s: %s\n", folder.path,
			strerror(-err));
	else
		print(all, &listing, options->json);
	free(listing.dumps);
	return err ? STATUS_ERROR : STATUS_OK;
}

int verb_list(const struct options *options)
{
	return gather_and(options, GATHER_TO_READ, look);
}
