// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/facts.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "facts/facts_note.h"
#include "facts/facts_sys.h"

/* No kernel's file in /proc is larger; a longer file is refused. */
#define PROC_BYTES_MAX (UINT64_C(256) << 20)
/* A log buffer is at most 2 GiB by configuration, a few MiB in practice. */
#define KMSG_BYTES_MAX (UINT64_C(64) << 20)

/* "6.12.107+deb13-amd64" -> KERNEL_VERSION_OF(6, 12); 0 if malformed */
static uint32_t version_of(const char *release)
{
	struct text rest = text_of(release), part;
	uint64_t major, minor;
	size_t digits = 0;

	if (!text_split(&rest, '.', &part) || text_number(part, 10, &major) ||
	    major > 255)
		return 0;
	while (digits < rest.len && rest.at[digits] >= '0' &&
	       rest.at[digits] <= '9')
		digits++;
	if (text_number((struct text){ rest.at, digits }, 10, &minor) ||
	    minor > 255)
		return 0;
	return KERNEL_VERSION_OF(major, minor);
}

static void machine_line(void *arg, const struct line *line)
{
	struct facts *facts = arg;
	struct text rest = line->text, key;

	if (line->cut || !text_word(&rest, &key))
		return;
	rest = text_trim(rest);
	if (text_equal(key, "release"))
		text_copy(rest, facts->release, sizeof(facts->release));
	else if (text_equal(key, "machine"))
		text_copy(rest, facts->machine, sizeof(facts->machine));
	else if (text_equal(key, "page_size"))
		text_number(rest, 10, &facts->page_bytes);
}

static void collect_machine(const struct root *root, struct facts *facts)
{
	struct utsname name;
	int err;

	facts->is_live = root->is_live;
	if (root->is_live) {
		uname(&name);
		snprintf(facts->release, sizeof(facts->release), "%s",
			 name.release);
		snprintf(facts->machine, sizeof(facts->machine), "%s",
			 name.machine);
		facts->page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);
	} else {
		err = root_lines(root, 4096, machine_line, facts, ".machine");
		facts_note_unread(facts, ".machine", err);
	}
	facts->version = version_of(facts->release);
}

static void take_zoneinfo(struct facts *facts, int err,
			  struct zoneinfo_parser *parser)
{
	if (err == 0) {
		err = zoneinfo_end(parser);
		facts->zoneinfo_error = parser->error;
	}
	facts->have_zoneinfo = err == 0;
	if (!facts->zoneinfo_error.what)
		facts_note_unread(facts, "proc/zoneinfo", err);
}

static void collect_zoneinfo(const struct root *root, struct facts *facts)
{
	struct zoneinfo_parser parser;

	zoneinfo_begin(&parser, &facts->zoneinfo);
	take_zoneinfo(facts,
		      root_lines(root, PROC_BYTES_MAX, zoneinfo_line, &parser,
				 "proc/zoneinfo"),
		      &parser);
}

void facts_collect_zoneinfo(int fd, struct facts *facts)
{
	struct zoneinfo_parser parser;

	memset(facts, 0, sizeof(*facts));
	zoneinfo_begin(&parser, &facts->zoneinfo);
	take_zoneinfo(facts,
		      root_fd_lines(fd, PROC_BYTES_MAX, zoneinfo_line, &parser),
		      &parser);
}

static void collect_meminfo(const struct root *root, struct facts *facts)
{
	int err;

	meminfo_begin(&facts->meminfo);
	err = root_lines(root, PROC_BYTES_MAX, meminfo_line, &facts->meminfo,
			 "proc/meminfo");
	if (err == 0)
		err = meminfo_end(&facts->meminfo);
	facts->have_meminfo = err == 0;
	facts_note_unread(facts, "proc/meminfo", err);
}

static void vmstat_line(void *arg, const struct line *line)
{
	struct facts *facts = arg;
	struct text rest = line->text, key;

	if (line->cut || line->unended || !text_word(&rest, &key))
		return;
	facts->have_vmstat = true;
	rest = text_trim(rest);
	if (text_equal(key, "pgalloc_dma"))
		facts->vmstat_zone_dma = true;
	else if (text_equal(key, "allocstall_dma"))
		facts->have_allocstall_dma =
			text_number(rest, 10, &facts->allocstall_dma) == 0;
}

static void collect_vmstat(const struct root *root, struct facts *facts)
{
	int err = root_lines(root, PROC_BYTES_MAX, vmstat_line, facts,
			     "proc/vmstat");

	if (err)
		facts->have_vmstat = false;
	facts_note_unread(facts, "proc/vmstat", err);
}

static void collect_cmdline(const struct root *root, struct facts *facts)
{
	ssize_t len = root_read(root, facts->cmdline, sizeof(facts->cmdline),
				"proc/cmdline");

	facts_note_unread(facts, "proc/cmdline", len < 0 ? (int)len : 0);
	facts->have_cmdline = len >= 0;
	if (len > 0 && facts->cmdline[len - 1] == '\n')
		facts->cmdline[len - 1] = '\0';

	/*
	 * A capture kernel has /proc/vmcore if the dump can be read, and only
	 * elfcorehdr= (x86) if it cannot. Other kernels have neither.
	 */
	facts->is_capture_kernel =
		root_exists(root, "proc/vmcore") ||
		(facts->have_cmdline &&
		 text_has_word(text_of(facts->cmdline), "elfcorehdr="));
	facts->have_capture_kernel =
		facts->is_capture_kernel || facts->have_cmdline;
}

static void collect_boot_id(const struct root *root, struct facts *facts)
{
	char buf[64];
	ssize_t len = root_read(root, buf, sizeof(buf),
				"proc/sys/kernel/random/boot_id");

	facts->have_boot_id = len >= 36;
	if (facts->have_boot_id)
		text_copy((struct text){ buf, 36 }, facts->boot_id,
			  sizeof(facts->boot_id));
}

static void collect_iomem(const struct root *root, struct facts *facts)
{
	int err;

	iomem_begin(&facts->iomem);
	err = root_lines(root, PROC_BYTES_MAX, iomem_line, &facts->iomem,
			 "proc/iomem");
	if (err == 0)
		err = iomem_end(&facts->iomem);
	facts->have_iomem = err == 0;
	facts_note_unread(facts, "proc/iomem", err);
}

static void collect_kernel_log(const struct root *root, struct facts *facts)
{
	int err;

	kernel_log_begin(&facts->kernel_log);
	err = root_lines(root, KMSG_BYTES_MAX, kernel_log_line,
			 &facts->kernel_log, "dev/kmsg");
	facts->have_kernel_log = err == 0 && facts->kernel_log.seen_record;
	facts_note_unread(facts, "dev/kmsg", err);
}

/* Call it after the kernel log was read: the log is firm, CPU flags are not. */
static void collect_encryption(const struct root *root, struct facts *facts)
{
	struct encryption_facts *out = &facts->encryption;
	int err = root_lines(root, PROC_BYTES_MAX, encryption_cpuinfo_line,
			     &out->capable, "proc/cpuinfo");

	facts_note_unread(facts, "proc/cpuinfo", err);
	out->have = err == 0;
	if (facts->have_kernel_log &&
	    (facts->kernel_log.is_complete || facts->kernel_log.encryption)) {
		out->have = true;
		out->firm = true;
		out->active = facts->kernel_log.encryption;
	} else if (out->capable & ENCRYPTION_TDX) {
		/* Only a running TDX guest sets X86_FEATURE_TDX_GUEST */
		out->firm = true;
		out->active = ENCRYPTION_TDX;
	}
}

void facts_collect(const struct root *root, struct facts *facts)
{
	memset(facts, 0, sizeof(*facts));
	collect_machine(root, facts);
	collect_zoneinfo(root, facts);
	collect_meminfo(root, facts);
	collect_vmstat(root, facts);
	collect_cmdline(root, facts);
	collect_boot_id(root, facts);
	collect_iomem(root, facts);
	collect_kernel_log(root, facts);
	collect_encryption(root, facts);
	facts_sys_collect(root, facts);
}

void facts_refresh(const struct root *root, struct facts *facts)
{
	collect_vmstat(root, facts);
	facts_sys_refresh(root, facts);
}
