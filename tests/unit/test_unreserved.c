// SPDX-License-Identifier: GPL-2.0-or-later
/* What kernels say when they reserve nothing, and what is made of it. */
#include "host/unreserved.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../scratch.h"
#include "tap.h"

#define M (UINT64_C(1) << 20)
#define V KERNEL_VERSION_OF

struct row {
	const char *name;
	const char *words;
	const char *log; /* lines of /dev/kmsg; NULL: the log has gone */
	uint32_t version;
	const char *cause; /* NULL: none */
	const char *says;  /* in what is printed */
	uint64_t asked_mib;
	const char *machine; /* NULL: x86_64 */
};

#define KERNEL(text) "4,12,0,-;" text "\n"

static const struct row rows[] = {
	{ "no word", "", NULL, V(6, 1), NULL, NULL, 0 },
	{ "0 is a choice", "crashkernel=0M", NULL, V(6, 1), NULL, NULL, 0 },
	{ "auto", "crashkernel=auto", NULL, V(6, 1), "auto", "RHEL", 0 },
	{ "auto, and what the kernel says of it", "crashkernel=auto",
	  KERNEL("crashkernel: memory value expected"), V(5, 14), "auto",
	  "memory value expected", 0 },
	{ "auto on RHEL 8, and memory enough for it", "crashkernel=auto", NULL,
	  V(4, 18), "unknown", "dmesg", 0 },
	{ "the last word counts", "crashkernel=auto crashkernel=128M", NULL,
	  V(6, 1), "no-room", "in one piece", 128 },
	{ "a typo", "crashkernel=256MB", NULL, V(6, 1), "syntax",
	  "does not understand", 0 },
	{ "a typo that the log names", "crashkernel=256MB",
	  KERNEL("crashkernel: unrecognized char: B"), V(6, 1), "syntax",
	  "unrecognized char: B", 0 },
	{ "ranges with a hole", "crashkernel=8G-:256M", NULL, V(6, 1),
	  "no-range", "4096 MiB of memory", 0 },
	{ "ranges with a hole, 6.1", "crashkernel=8G-:256M",
	  KERNEL("crashkernel size resulted in zero bytes"), V(6, 1),
	  "no-range", "zero bytes", 0 },
	{ "more than there is", "crashkernel=5G", NULL, V(6, 1), "too-large",
	  "all of the memory", 0 },
	{ "an offset", "crashkernel=256M@16M", NULL, V(6, 1), "offset",
	  "leave the offset out", 256 },
	{ "an offset in use, x86", "crashkernel=256M@16M",
	  KERNEL("crashkernel reservation failed - memory is in use."), V(6, 1),
	  "offset", "memory is in use.\"", 256 },
	{ "an offset, arm64 5.10", "crashkernel=256M@1M",
	  KERNEL("cannot reserve crashkernel: region overlaps reserved memory"),
	  V(5, 10), "offset", "overlaps", 256, "aarch64" },
	{ "an offset, s390", "crashkernel=256M@1M",
	  KERNEL("setup: crashkernel reservation failed: crash_base too low"),
	  V(6, 12), "offset", "says \"crashkernel reservation", 256, "s390x" },
	{ "over the kernel, powerpc", "crashkernel=256M@1M",
	  KERNEL("Crash kernel can not overlap current kernel"), V(6, 1),
	  "offset", "overlap current kernel", 256, "ppc64le" },
	{ "no room, x86 to 6.6", "crashkernel=1G",
	  KERNEL("crashkernel reservation failed - No suitable area found."),
	  V(6, 1), "no-room", "No suitable area found.\"; ask for less", 1024 },
	{ "no room, 6.7 and later", "crashkernel=1G",
	  KERNEL("cannot allocate crashkernel (size:0x40000000)"), V(7, 2),
	  "no-room", "(size:0x40000000)", 1024 },
	{ "no room, s390", "crashkernel=1G",
	  KERNEL("setup: crashkernel reservation failed: no suitable area "
		 "found"),
	  V(7, 2), "no-room", "no suitable area found", 1024, "s390x" },
	{ "no room, riscv 6.1", "crashkernel=1G",
	  KERNEL("crashkernel: couldn't allocate 1048576KB"), V(6, 1),
	  "no-room", "1048576KB", 1024, "riscv64" },
	{ "no low memory, x86 to 6.6", "crashkernel=256M,high",
	  KERNEL("Cannot reserve 256MB crashkernel low memory, please try "
		 "smaller size."),
	  V(6, 1), "no-low-room", "256MB crashkernel low", 256 },
	{ "no low memory, 6.7 and later", "crashkernel=256M,high",
	  KERNEL("cannot allocate crashkernel low memory (size:0x10000000)."),
	  V(7, 2), "no-low-room", ",low", 256 },
	{ "reserved, and given back", "crashkernel=256M",
	  KERNEL("Reserving 256MB of memory at 2800MB for crashkernel (System "
		 "RAM: 4095MB)"),
	  V(6, 1), "given-back", "reboot", 0 },
	{ "reserved, and given back, 6.7 and later", "crashkernel=256M",
	  KERNEL("crashkernel reserved: 0x00000000af000000 - "
		 "0x00000000bf000000 (256 MB)"),
	  V(7, 2), "given-back", "reboot", 0 },
	{ "a program's word is not the kernel's", "crashkernel=256M",
	  "12,12,0,-;crashkernel reservation failed - memory is in use.\n",
	  V(6, 1), "no-room", "dmesg", 256 },
	{ "nor what stands in a line of something else", "crashkernel=256M",
	  KERNEL("usb 1-1: Product: crashkernel reservation failed - memory "
		 "is in use."),
	  V(6, 1), "no-room", "dmesg", 256 },
	{ "nor what comes after memory was set up", "crashkernel=256M",
	  KERNEL("Memory: 3900000K/4096000K available (...)")
		  KERNEL("crashkernel reservation failed - memory is in use."),
	  V(6, 1), "no-room", "dmesg", 256 },
	{ "nor the command line", "crashkernel=256M",
	  KERNEL("Command line: crashkernel=256M"), V(6, 1), "no-room", "dmesg",
	  256 },
	{ "a kernel of unknown version", "crashkernel=256M", NULL, 0, "unknown",
	  "reason is not known", 0 },
};

static void put_log(const char *log)
{
	int fd = open("dev/kmsg", O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || write(fd, log, strlen(log)) < 0)
		exit(99);
	close(fd);
}

static void check_row(const struct root *root, const struct row *row)
{
	static struct facts facts;
	struct unreserved found;
	char text[480] = "";
	const char *name;

	memset(&facts, 0, sizeof(facts));
	snprintf(facts.machine, sizeof(facts.machine), "%s",
		 row->machine ? row->machine : "x86_64");
	facts.version = row->version;
	facts.kexec.have_crash_bytes = true;
	put_log(row->log ? row->log : "");
	unreserved_find(root, &facts, row->words, 4096 * M, &found);
	name = unreserved_name(found.cause);
	if (found.cause)
		unreserved_print(&found, 4096 * M, text, sizeof(text));
	if (!ok(!row->cause == !name &&
			(!name || (!strcmp(name, row->cause) &&
				   strstr(text, row->says))) &&
			(!row->version ||
			 found.asked_bytes == row->asked_mib * M),
		"%s", row->name))
		printf("# %s, %" PRIu64 " MiB: %s\n", name ? name : "none",
		       found.asked_bytes / M, text);
}

static void reserved_is_not(const struct root *root)
{
	static struct facts facts;
	struct unreserved found;

	memset(&facts, 0, sizeof(facts));
	strcpy(facts.machine, "x86_64");
	facts.version = V(6, 1);
	unreserved_find(root, &facts, "crashkernel=1G", 4096 * M, &found);
	ok(!found.cause, "whether it reserved is not known: nothing is said");
	facts.kexec.have_crash_bytes = true;
	facts.kexec.crash_bytes = M;
	unreserved_find(root, &facts, "crashkernel=1G", 4096 * M, &found);
	ok(!found.cause, "it reserved");
	facts.kexec.crash_bytes = 0;
}

int main(void)
{
	struct root root;

	if (!scratch_make() || chdir(scratch) || mkdir("dev", 0700) ||
	    root_open(&root, scratch))
		return 99;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		check_row(&root, &rows[i]);
	reserved_is_not(&root);
	root_close(&root);
	scratch_remove();
	return tap_end();
}
