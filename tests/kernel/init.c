// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * /init of the guests of tests/kernel/: one static program, two parts.
 *
 * In the production kernel it prints what it sees, loads the same kernel as
 * capture kernel ("capture" in the environment is added to that one's command
 * line), and crashes. Without "capture" it only prints. "low_1m" gives the
 * capture kernel a crashkernel= that reserves nothing: 5.10 keeps the low 1M,
 * all that ZONE_DMA has there, from the page allocator only if it sees one.
 *
 * With "dmazone" and "cost" it runs these words of probe.c before. In the
 * capture kernel it runs the probe under memory accounting, tracing and
 * failslab, and prints what it sees before and after.
 *
 * With "snapshot" in the environment it prints the files of a snapshot instead,
 * as lines "file: PATH LINE": see tests/kernel/snapshot.
 *
 * What it prints for the host are lines "fact: KIND KEY VALUE". The last one is
 * "fact: PART end 1": a guest that does not get there has failed.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#define KEXEC_FILE_ON_CRASH 2

static const char *part;

/*
 * A line on the console, by way of the kernel's log. What a program writes to
 * the terminal waits in its buffer while the kernel writes to the same serial
 * port: a line of ours and one of the kernel's would get into each other. For a
 * snapshot, whose lines may be longer, the kernel is silent instead. The log
 * has a limit for what is written in a time, and a new one for each that opens
 * it.
 */
__attribute__((format(printf, 1, 2))) static void say(const char *format, ...)
{
	char line[960]; /* 5.10 takes 992 */
	va_list args;
	int fd;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	fd = getenv("snapshot") ? -1 : open("/dev/kmsg", O_WRONLY);
	if (fd < 0 || write(fd, line, strlen(line)) < 0)
		puts(line);
	if (fd >= 0)
		close(fd);
}

static void fact(const char *key, const char *value)
{
	say("fact: %s %s %s", part, key, value);
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		say("init: %s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
}

static void mount_at(const char *type, const char *path)
{
	mkdir(path, 0755);
	if (mount(type, path, type, 0, NULL) && errno != EBUSY)
		say("init: mount %s: %s", path, strerror(errno));
}

/* One "KEY VALUE" or "KEY: VALUE" line of a file, for each key asked for. */
static void facts_of_lines(const char *path, const char *const keys[])
{
	char line[256], key[64], value[64];
	FILE *f = fopen(path, "r");

	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%63s %63s", key, value) != 2)
			continue;
		key[strcspn(key, ":")] = '\0';
		for (int i = 0; keys[i]; i++)
			if (!strcmp(key, keys[i]))
				fact(key, value);
	}
	if (f)
		fclose(f);
}

static void fact_of_file(const char *key, const char *path)
{
	char value[64] = "absent";
	FILE *f = fopen(path, "r");

	if (f) {
		if (fscanf(f, "%63s", value) != 1)
			strcpy(value, "empty");
		fclose(f);
	}
	fact(key, value);
}

static void facts_of_zones(void)
{
	char line[256], zone[32] = "", key[64];
	FILE *f = fopen("/proc/zoneinfo", "r");
	int node;

	while (f && fgets(line, sizeof(line), f)) {
		unsigned long pages;

		if (sscanf(line, "Node %d, zone %31s", &node, zone) == 2)
			continue;
		if (sscanf(line, " managed %lu", &pages) == 1) {
			snprintf(key, sizeof(key), "managed_%s %lu", zone,
				 pages);
			fact(key, "pages");
		}
	}
	if (f)
		fclose(f);
}

/*
 * Free pages, in KiB: MemFree leaves out what waits in the lists of the CPUs,
 * which is more than what the series saves, and differs from boot to boot.
 */
static void fact_of_free(void)
{
	char line[256], value[32];
	unsigned long kib = 0, n;
	FILE *f;

	write_file("/proc/sys/vm/stat_refresh", "1");
	f = fopen("/proc/meminfo", "r");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "MemFree: %lu", &n) == 1)
			kib += n;
	if (f)
		fclose(f);
	f = fopen("/proc/zoneinfo", "r");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, " count: %lu", &n) == 1)
			kib += n * sysconf(_SC_PAGESIZE) / 1024;
	if (f)
		fclose(f);
	snprintf(value, sizeof(value), "%lu", kib);
	fact("free_kib", value);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* Slab caches: the dma-kmalloc ones counted, all of them named if asked for. */
static void facts_of_slabs(bool names)
{
	struct dirent **list;
	int n = scandir("/sys/kernel/slab", &list, NULL, by_name);
	int dma = 0;
	char value[16];

	for (int i = 0; i < n; i++) {
		const char *name = list[i]->d_name;

		dma += !strncmp(name, "dma-kmalloc-", 12);
		if (names && name[0] != '.' && name[0] != ':')
			fact("slab", name);
		free(list[i]);
	}
	snprintf(value, sizeof(value), "%d", dma);
	fact("dma_kmalloc_caches", value);
}

static void facts_of_pools(void)
{
	fact_of_file("pool_size_dma",
		     "/sys/kernel/debug/dma_pools/pool_size_dma");
	fact_of_file("pool_size_dma32",
		     "/sys/kernel/debug/dma_pools/pool_size_dma32");
	fact_of_file("pool_size_kernel",
		     "/sys/kernel/debug/dma_pools/pool_size_kernel");
}

static void facts_of_memory(void)
{
	static const char *const meminfo[] = { "MemTotal", "MemFree", NULL };
	static const char *const vmstat[] = { "allocstall_dma",
					      "allocstall_dma32",
					      "allocstall_normal",
					      "allocstall_movable",
					      "allocfail_dma",
					      "oom_kill",
					      NULL };

	facts_of_lines("/proc/meminfo", meminfo);
	facts_of_lines("/proc/vmstat", vmstat);
}

/* The lines of a file up to an empty one, for a snapshot. */
static void dump_file(const char *path)
{
	FILE *f = fopen(path, "r");
	char *line = NULL;
	size_t size = 0;

	if (!f)
		return;
	while (getline(&line, &size, f) > 0 && line[0] != '\n')
		printf("file: %s %s", path, line);
	free(line);
	fclose(f);
}

/* All of the log is read before its first line is said, which adds to it. */
static void dump_kmsg(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
	static char log[1 << 18];
	size_t size = 0;
	ssize_t n;

	while (fd >= 0 &&
	       (n = read(fd, log + size, sizeof(log) - 1 - size)) > 0)
		size += (size_t)n;
	if (fd >= 0)
		close(fd);
	log[size] = '\0';
	for (char *s = strtok(log, "\n"); s; s = strtok(NULL, "\n"))
		say("file: /dev/kmsg %s", s);
}

/* FOLDER/PREFIX.../FILE for each of the files, as far as they exist. */
static void dump_below(const char *folder, const char *prefix,
		       const char *const files[])
{
	struct dirent **list;
	int n = scandir(folder, &list, NULL, by_name);
	char path[1024];

	for (int i = 0; i < n; i++) {
		const char *name = list[i]->d_name;

		for (int j = 0; files[j] && name[0] != '.' &&
				!strncmp(name, prefix, strlen(prefix));
		     j++) {
			snprintf(path, sizeof(path), "%s/%s%s", folder, name,
				 files[j]);
			dump_file(path);
		}
		free(list[i]);
	}
}

/* What tests/snapshots/take copies. */
static void dump_snapshot(void)
{
	static const char *const files[] = {
		"/proc/zoneinfo",
		"/proc/meminfo",
		"/proc/vmstat",
		"/proc/iomem",
		"/proc/cpuinfo",
		"/proc/cmdline",
		"/proc/sys/kernel/osrelease",
		"/sys/devices/system/node/online",
		"/sys/devices/system/cpu/online",
		"/sys/devices/system/cpu/possible",
	};
	static const char *const itself[] = { "", NULL };
	static const char *const slab[] = { "/object_size", "/cache_dma",
					    "/objects", "/slabs", NULL };
	static const char *const range[] = { "/start", "/end", "/type", NULL };
	struct utsname name;

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		dump_file(files[i]);
	dump_below("/sys/kernel", "kexec_", itself);
	dump_below("/sys/kernel/debug/dma_pools", "", itself);
	dump_below("/sys/kernel/slab", "dma-kmalloc-", slab);
	dump_below("/sys/kernel/slab", "kmalloc-64", slab);
	dump_below("/sys/firmware/memmap", "", range);
	dump_kmsg();
	uname(&name);
	printf("file: /.machine release %s\n", name.release);
	printf("file: /.machine machine %s\n", name.machine);
	printf("file: /.machine page_size %ld\n", sysconf(_SC_PAGESIZE));
}

static void probe(const char *word)
{
	/* The name shows in "NAME: page allocation failure". */
	prctl(PR_SET_NAME, word);
	write_file("/sys/kernel/debug/kdump_dma_probe", word);
	prctl(PR_SET_NAME, "init");
}

/* Accounting starts with the first child of the root group. */
static void use_memcg(void)
{
	mount_at("cgroup2", "/cg");
	write_file("/cg/cgroup.subtree_control", "+memory");
	mkdir("/cg/probe", 0755);
	write_file("/cg/probe/cgroup.procs", "0");
}

static void use_tracing(void)
{
	mount_at("tracefs", "/sys/kernel/tracing");
	write_file("/sys/kernel/tracing/events/kmem/enable", "1");
}

/*
 * With the filter on, and requests that may sleep not left out, failslab looks
 * into the cache of every request.
 */
static void use_failslab(void)
{
	write_file("/sys/kernel/debug/failslab/cache-filter", "Y");
	write_file("/sys/kernel/debug/failslab/ignore-gfp-wait", "N");
	write_file("/sys/kernel/debug/failslab/times", "-1");
	write_file("/sys/kernel/debug/failslab/probability", "100");
}

static void capture(void)
{
	if (getenv("snapshot")) {
		dump_snapshot();
		return;
	}
	fact_of_free();
	facts_of_memory();
	facts_of_zones();
	facts_of_slabs(false);
	facts_of_pools();
	if (!getenv("noprobe")) {
		probe("genuine");
		part = "genuine";
		facts_of_memory();
		part = "capture";
		probe("plain");
		use_memcg();
		probe("memcg");
		use_tracing();
		probe("tracing");
		use_failslab();
		probe("failslab");
		fact_of_file("use_memcg", "/cg/cgroup.subtree_control");
		fact_of_file("use_tracing",
			     "/sys/kernel/tracing/events/kmem/kmalloc/enable");
		fact_of_file("use_failslab",
			     "/sys/kernel/debug/failslab/cache-filter");
		fact_of_file("spare_sleepers",
			     "/sys/kernel/debug/failslab/ignore-gfp-wait");
	}
	if (getenv("dma32"))
		probe("dma32");
	probe("pools");
	part = "after";
	facts_of_memory();
	facts_of_pools();
	part = "capture";
	if (!getenv("noprobe"))
		probe("nofail"); /* does not end: nothing is asked after it */
}

static int load_capture_kernel(const char *add)
{
	int kernel = open("/bzImage", O_RDONLY);
	int initrd = open("/capture.cpio", O_RDONLY);
	char cmdline[1024];

	if (kernel < 0 || initrd < 0)
		return -errno;
	snprintf(cmdline, sizeof(cmdline),
#ifdef __x86_64__
		 "console=ttyS0 no_timer_check reboot=t "
#else
		 "console=ttyAMA0 "
#endif
		 "kunit.filter_glob=slub_test.test_kmalloc_dma "
		 "nr_cpus=1 panic=-1 "
		 "%s%s%s",
		 getenv("snapshot") ? "snapshot=1 " : "",
		 getenv("low_1m") ? "crashkernel=0M " : "", add);
	if (syscall(SYS_kexec_file_load, kernel, initrd, strlen(cmdline) + 1,
		    cmdline, KEXEC_FILE_ON_CRASH))
		return -errno;
	return 0;
}

static void production(void)
{
	const char *add = getenv("capture");
	int error;

	dump_kmsg();
	facts_of_slabs(true);
	facts_of_pools();
	facts_of_zones();
	if (getenv("cost"))
		probe("cost");
	if (getenv("dmazone")) {
		probe("dmazone");
		part = "dmazone";
		facts_of_pools();
		part = "production";
	}
	fact("end", "1");
	if (!add)
		return;
	error = load_capture_kernel(add);
	if (error) {
		fact("load_error", strerror(-error));
		return;
	}
	if (getenv("snapshot"))
		dump_snapshot();
	write_file("/proc/sysrq-trigger", "c");
}

int main(void)
{
	mount_at("proc", "/proc");
	mount_at("sysfs", "/sys");
	mount_at("devtmpfs", "/dev");
	mount_at("debugfs", "/sys/kernel/debug");
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (getenv("snapshot"))
		klogctl(8, NULL, 1); /* nothing of the kernel's between ours */
	part = access("/proc/vmcore", F_OK) ? "production" : "capture";
	if (!strcmp(part, "capture")) {
		capture();
		fact("end", "1");
	} else {
		production();
	}
	sync();
	reboot(RB_AUTOBOOT);
	return 1;
}
