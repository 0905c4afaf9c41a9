// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "check/record.h"
#include "facts/facts.h"
#include "facts/report.h"
#include "lib/write_file.h"

#define NS_PER_SECOND INT64_C(1000000000)
#define NS_PER_MS     INT64_C(1000000)

/*
 * A sample that took t of CPU time is followed by a pause of 250 t, which is
 * 0.4 % of one CPU. A pause never exceeds 5 s, or it would miss the peak; so
 * samples of more than 20 ms cost more.
 */
#define PAUSE_PER_COST 250
#define PAUSE_MIN_NS   (100 * NS_PER_MS)
#define PAUSE_MAX_NS   (5 * NS_PER_SECOND)

/*
 * Standard output may be /dev/kmsg, where each write is a record and a write
 * above 1 KiB is refused. So each line is one write, and a longer line several.
 */
#define OUTPUT_BYTES 900

#define SAMPLE_BYTES_MAX (UINT64_C(64) << 20)

/* Static, because it is too large for the stack. */
static struct facts facts;
static struct watched watched;
static struct zoneinfo zoneinfo;

static int64_t now_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * NS_PER_SECOND + ts.tv_nsec;
}

static void sample_zones(const struct root *root)
{
	struct zoneinfo_parser parser;

	zoneinfo_begin(&parser, &zoneinfo);
	if (root_lines(root, SAMPLE_BYTES_MAX, zoneinfo_line, &parser,
		       "proc/zoneinfo") ||
	    zoneinfo_end(&parser) ||
	    zoneinfo.zones_count != facts.zoneinfo.zones_count)
		return;
	for (size_t i = 0; i < zoneinfo.zones_count; i++) {
		uint64_t free_pages = zoneinfo.zones[i].free_pages;

		if (free_pages < watched.free_lowest_pages[i])
			watched.free_lowest_pages[i] = free_pages;
	}
}

static void sample_memory(const struct root *root)
{
	struct meminfo meminfo;

	meminfo_begin(&meminfo);
	if (root_lines(root, SAMPLE_BYTES_MAX, meminfo_line, &meminfo,
		       "proc/meminfo") ||
	    meminfo_end(&meminfo))
		return;
	if (watched.samples == 0 ||
	    meminfo.available_kib < watched.available_lowest_kib) {
		watched.available_lowest_kib = meminfo.available_kib;
		watched.available_lowest_ms =
			(uint64_t)(now_ns(CLOCK_BOOTTIME) / NS_PER_MS);
	}
	watched.samples++;
}

static void sample(const struct root *root, int kmsg_fd)
{
	sample_memory(root);
	sample_zones(root);
	if (kmsg_fd >= 0 &&
	    root_fd_lines(kmsg_fd, SAMPLE_BYTES_MAX, kernel_log_line,
			  &watched.kernel_log) == 0)
		watched.have_kernel_log = watched.kernel_log.seen_record;
}

/* Sleep after a sample of cost_ns; true if a signal asks us to end. */
static bool pause_or_end(const sigset_t *end_signals, int64_t cost_ns)
{
	int64_t pause_ns = cost_ns * PAUSE_PER_COST;
	struct timespec ts;

	if (pause_ns < PAUSE_MIN_NS)
		pause_ns = PAUSE_MIN_NS;
	if (pause_ns > PAUSE_MAX_NS)
		pause_ns = PAUSE_MAX_NS;
	ts.tv_sec = pause_ns / NS_PER_SECOND;
	ts.tv_nsec = pause_ns % NS_PER_SECOND;
	return sigtimedwait(end_signals, NULL, &ts) > 0;
}

static void watch_until_told(const struct root *root, int kmsg_fd,
			     const sigset_t *end_signals)
{
	int64_t before, cost;

	do {
		before = now_ns(CLOCK_PROCESS_CPUTIME_ID);
		sample(root, kmsg_fd);
		cost = now_ns(CLOCK_PROCESS_CPUTIME_ID) - before;
	} while (!pause_or_end(end_signals, cost));
	sample(root, kmsg_fd);
}

static void print_pid(FILE *to, const void *arg)
{
	(void)arg;
	fprintf(to, "%ld\n", (long)getpid());
}

static void begin(const struct root *root, const char *run_dir)
{
	int err;

	if (mkdir(run_dir, 0755) && errno != EEXIST)
		fprintf(stderr, "kdump-dma-check: %s: %s\n", run_dir,
			strerror(errno));
	facts_collect(root, &facts);
	report_text(stdout, &facts);
	fflush(stdout);
	/* The native image's init loads drivers only after this file exists */
	err = write_file(run_dir, WATCH_PID_NAME, print_pid, NULL);
	if (err)
		fprintf(stderr, "kdump-dma-check: %s/%s: %s\n", run_dir,
			WATCH_PID_NAME, strerror(-err));

	watched.have = true;
	for (size_t i = 0; i < facts.zoneinfo.zones_count; i++)
		watched.free_lowest_pages[i] =
			facts.zoneinfo.zones[i].free_pages;
}

static void read_report(const char *run_dir, struct saver_report *saver)
{
	char path[SAVER_PATH_BYTES];
	int fd;

	memset(saver, 0, sizeof(*saver));
	snprintf(path, sizeof(path), "%s/%s", run_dir, WATCH_SAVER_NAME);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return;
	if (root_fd_lines(fd, 64 * 1024, saver_report_line, saver))
		memset(saver, 0, sizeof(*saver));
	close(fd);
}

/* Write the record to a file, and always print it to the journal. */
static int end(const char *run_dir)
{
	static struct saver_report saver;
	struct record record = { &facts, &watched, &saver, time(NULL) };
	const char *dir;
	int err;

	read_report(run_dir, &saver);
	dir = saver.dir[0] ? saver.dir : run_dir;
	err = record_write(dir, &record);
	if (err)
		fprintf(stderr, "kdump-dma-check: %s/%s: %s\n", dir,
			RECORD_NAME, strerror(-err));
	fputs("kdump-dma: ", stdout);
	record_print(stdout, &record, false);
	fflush(stdout);
	return err;
}

static void remove_pid(const char *run_dir)
{
	char path[SAVER_PATH_BYTES];

	snprintf(path, sizeof(path), "%s/%s", run_dir, WATCH_PID_NAME);
	unlink(path);
}

int watch_capture(const struct root *root, const char *run_dir)
{
	static char output[OUTPUT_BYTES];
	sigset_t end_signals;
	int kmsg_fd, err;

	setvbuf(stdout, output, _IOLBF, sizeof(output));

	sigemptyset(&end_signals);
	sigaddset(&end_signals, SIGTERM);
	sigaddset(&end_signals, SIGINT);
	sigprocmask(SIG_BLOCK, &end_signals, NULL);
	/* Write the record even if the journal has closed our output */
	signal(SIGPIPE, SIG_IGN);

	begin(root, run_dir);
	kernel_log_begin(&watched.kernel_log);
	kmsg_fd = root_openat(root, O_RDONLY | O_NONBLOCK, "dev/kmsg");
	watch_until_told(root, kmsg_fd, &end_signals);
	facts_refresh(root, &facts);
	err = end(run_dir);
	remove_pid(run_dir);
	if (kmsg_fd >= 0)
		close(kmsg_fd);
	return err;
}
