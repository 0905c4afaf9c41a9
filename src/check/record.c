// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/record.h"

#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "facts/facts_json.h"
#include "facts/verdict.h"
#include "lib/plain_words.h"
#include "lib/write_file.h"

static void print_cmdline(struct json *json, const struct facts *facts,
			  bool plain)
{
	static char words[sizeof(facts->cmdline)];

	if (plain)
		plain_words(text_of(facts->cmdline), words, sizeof(words));
	json_str(json, "cmdline",
		 !facts->have_cmdline ? NULL
		 : plain	      ? words
				      : facts->cmdline);
}

static void print_machine(struct json *json, const struct record *record,
			  bool plain)
{
	const struct facts *facts = record->facts;
	char written[32];
	struct tm utc;

	strftime(written, sizeof(written), "%Y-%m-%dT%H:%M:%SZ",
		 gmtime_r(&record->written, &utc));
	json_str(json, "written", written);
	json_str(json, "boot_id", facts->have_boot_id ? facts->boot_id : NULL);
	json_str(json, "release", facts->release);
	json_str(json, "machine", facts->machine);
	print_cmdline(json, facts, plain);
	json_bool(json, "capture_kernel", facts->is_capture_kernel);
}

static void print_verdict(struct json *json, const struct facts *facts)
{
	struct verdicts verdicts = verdict_of(facts);

	json_str(json, "verdict", verdict_name(verdicts.dma));
	json_str(json, "reason", verdict_reason_name(verdicts.reason));
	json_str(json, "dma32", verdict_name(verdicts.dma32));
	json_str(json, "patched",
		 patched_name(patched_of(facts, verdicts.dma)));
}

static void print_memory(struct json *json, const struct record *record)
{
	const struct facts *facts = record->facts;
	const struct watched *watched = record->watched;

	json_open(json, "memory", '{');
	json_u64(json, "page_bytes", facts->page_bytes);
	if (facts->have_meminfo) {
		json_u64(json, "total_kib", facts->meminfo.total_kib);
		json_u64(json, "available_start_kib",
			 facts->meminfo.available_kib);
	}
	json_bool(json, "watched", watched->have);
	if (watched->have && watched->samples > 0) {
		json_u64(json, "available_lowest_kib",
			 watched->available_lowest_kib);
		json_thousandths(json, "available_lowest_at_seconds",
				 watched->available_lowest_ms);
		json_u64(json, "samples", watched->samples);
	}
	json_close(json, '}');
}

/* As makedumpfile writes to a pipe: no debugger reads it so. */
static bool is_flattened(const char *dump)
{
	size_t len = strlen(dump);

	return len > 5 && strcmp(dump + len - 5, ".flat") == 0;
}

static void print_dump(struct json *json, const struct saver_report *saver,
		       bool plain)
{
	struct stat st;

	if (!json_open_if(json, "dump", '{', saver->have))
		return;
	if (!plain)
		json_str(json, "collector", saver->collector);
	if (saver->have_status)
		json_i64(json, "status", saver->status);
	else
		json_nil(json, "status");
	if (!plain)
		json_str(json, "path", saver->dump);
	if (saver->have_bytes)
		json_u64(json, "bytes", saver->bytes);
	else if (saver->dump[0] && stat(saver->dump, &st) == 0)
		json_u64(json, "bytes", (uint64_t)st.st_size);
	else
		json_nil(json, "bytes");
	json_u64_if(json, "seconds", saver->have_seconds, saver->seconds);
	if (is_flattened(saver->dump))
		json_str(json, "reassemble",
			 "makedumpfile -R vmcore < vmcore.flat");
	json_close(json, '}');
}

static void print_events(struct json *json, const struct saver_report *saver)
{
	json_strings(json, "events", saver->events, saver->events_count);
}

void record_print(FILE *to, const struct record *record, bool pretty)
{
	const struct facts *facts = record->facts;
	const struct watched *watched = record->watched;
	bool plain = !pretty;
	struct json json;

	json_begin(&json, to, pretty);
	json_open(&json, NULL, '{');
	json_u64(&json, "schema", RECORD_SCHEMA);
	json_str(&json, "program", "kdump-dma-check " VERSION);
	if (record->saver->state[0])
		json_str(&json, "state", record->saver->state);
	if (record->saver->machine_id[0])
		json_str(&json, "machine_id", record->saver->machine_id);
	print_machine(&json, record, plain);
	print_verdict(&json, facts);
	facts_json_zones(&json, facts,
			 watched->have && watched->samples > 0
				 ? watched->free_lowest_pages
				 : NULL);
	facts_json_pools(&json, facts);
	facts_json_slab(&json, facts);
	facts_json_swiotlb(&json, facts);
	facts_json_encryption(&json, facts);
	facts_json_allocstall(&json, facts);
	facts_json_kernel_log(
		&json, watched->have_kernel_log ? &watched->kernel_log : NULL,
		!plain);
	print_memory(&json, record);
	print_dump(&json, record->saver, plain);
	if (!plain)
		print_events(&json, record->saver);
	json_close(&json, '}');
	json_end(&json);
}

static void print_pretty(FILE *to, const void *arg)
{
	record_print(to, arg, true);
}

int record_write(const char *dir, const struct record *record)
{
	return write_file(dir, RECORD_NAME, print_pretty, record);
}
