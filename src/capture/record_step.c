// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/record_step.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "capture/capture.h"
#include "capture/program.h"
#include "capture/remote.h"
#include "capture/say.h"
#include "lib/clock.h"

#define ARGS_MAX     (18 + 2 * EVENTS_MAX)
#define NUMBER_BYTES 24
#define FREE_BLOCKS  16
#define DUMP_BYTES   (PATH_BYTES + 32)

static int run(const char *const *argv)
{
	return program_run_quietly(argv, capture->conf.limit_record, 0, 2);
}

/* Add an option, unless its value is empty. */
static void add(const char **argv, size_t *count, const char *option,
		const char *value)
{
	if (!value[0])
		return;
	argv[(*count)++] = option;
	argv[(*count)++] = value;
	argv[*count] = NULL;
}

int record_begin(void)
{
	const char *argv[ARGS_MAX] = { "kdump-dma-check", "--begin", NULL };
	size_t count = 2;

	add(argv, &count, "--dir", capture->folder);
	add(argv, &count, "--machine", capture->conf.machine);
	return run(argv) ? -EIO : 0;
}

/* On a full target the second record gets inode and block of the first. */
static void remove_first(void)
{
	char path[PATH_BYTES + 32];
	struct statvfs fs;

	if (statvfs(capture->folder, &fs) ||
	    (fs.f_bavail >= FREE_BLOCKS && (fs.f_favail || !fs.f_files)))
		return;
	snprintf(path, sizeof(path), "%s/kdump-dma.json", capture->folder);
	unlink(path);
}

static void remove_room(void)
{
	char path[PATH_BYTES + 32];

	snprintf(path, sizeof(path), "%s/" ROOM_NAME, capture->folder);
	unlink(path);
}

/* The path and size of the dump: below the target, or at the far end. */
static void name_dump(char *dump, char *bytes)
{
	const char *far = capture->conf.remote;

	bytes[0] = '\0';
	if (!capture->far_bytes) {
		snprintf(dump, DUMP_BYTES, "%s/" VMCORE_NAME, capture->folder);
		return;
	}
	/* The checker refuses a path that is longer. */
	if (snprintf(dump, PATH_BYTES, "%s/%s/%s", far, capture->far_folder,
		     remote_vmcore()) >= PATH_BYTES) {
		dump[0] = '\0';
		say_event("the path of the dump is too long for its record");
	}
	snprintf(bytes, NUMBER_BYTES, "%llu",
		 (unsigned long long)capture->far_bytes);
}

static void fill(const char **argv, char *status, char *seconds, char *dump,
		 char *bytes)
{
	size_t count = 2;

	snprintf(status, NUMBER_BYTES, "%d", capture->status);
	snprintf(seconds, NUMBER_BYTES, "%llu",
		 (unsigned long long)(clock_ms() - capture->begin_ms) / 1000);
	name_dump(dump, bytes);
	argv[0] = "kdump-dma-check";
	argv[1] = "--finish";
	add(argv, &count, "--status", status);
	add(argv, &count, "--seconds", seconds);
	add(argv, &count, "--dir", capture->folder);
	add(argv, &count, "--machine", capture->conf.machine);
	add(argv, &count, "--collector", capture->collected_with);
	if (capture->dump_is_saved)
		add(argv, &count, "--dump", dump);
	add(argv, &count, "--bytes", bytes);
	for (uint32_t i = 0; i < capture->events_count; i++)
		add(argv, &count, "--event", capture->events[i]);
}

int record_end(void)
{
	char status[NUMBER_BYTES], seconds[NUMBER_BYTES];
	char dump[DUMP_BYTES], bytes[NUMBER_BYTES];
	const char *argv[ARGS_MAX];
	int code;

	if (capture->folder[0])
		remove_room();
	fill(argv, status, seconds, dump, bytes);
	code = run(argv);
	if (code && code != PROGRAM_NOT_FOUND && capture->folder[0]) {
		remove_first();
		code = run(argv);
	}
	if (code)
		say("the record could not be written");
	return code ? -EIO : 0;
}
