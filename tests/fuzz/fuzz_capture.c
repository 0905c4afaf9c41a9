// SPDX-License-Identifier: GPL-2.0-or-later
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "fuzz.h"
#include "host/dumps.h"
#include "state/capture_json.h"

/* What is taken from a record survives the history, and cannot be nonsense. */
static void check(struct capture *capture)
{
	struct capture again;
	char *buf = NULL, why[CAPTURE_ERROR_MAX];
	size_t len = 0;
	FILE *to = open_memstream(&buf, &len);
	struct json json;
	json_t *object;

	PROMISE(to);
	strcpy(capture->id, "of-its-folder"); /* learn's: no record has it */
	PROMISE(capture_peak_kib(capture) <=
		capture->reserved_kib + capture->initrd_kib);
	json_begin(&json, to, false);
	capture_print(&json, NULL, capture);
	fclose(to);
	object = json_loadb(buf, len, 0, NULL);
	PROMISE(object && !capture_of_json(object, &again, why));
	PROMISE(!strcmp(capture->release, again.release));
	PROMISE(capture_peak_kib(capture) == capture_peak_kib(&again));
	PROMISE(!strpbrk(capture->release, "\"'`$\\\n; "));
	json_decref(object);
	free(buf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct capture capture;
	struct text record;
	char why[CAPTURE_ERROR_MAX], panic[DUMP_PANIC_MAX];

	if (!capture_of_record((const char *)data, size, &capture, why))
		check(&capture);
	if (dumps_record_in_log((const char *)data, size, &record))
		PROMISE(record.len > 0 && record.at[0] == '{');
	dumps_panic_line((const char *)data, size, panic, sizeof(panic));
	PROMISE(!strchr(panic, '\n'));
	return 0;
}
