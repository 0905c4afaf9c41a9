// SPDX-License-Identifier: GPL-2.0-or-later
/* The smaller files: meminfo, iomem, the kernel log, encryption. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "facts/encryption.h"
#include "facts/iomem.h"
#include "facts/kernel_log.h"
#include "facts/meminfo.h"
#include "parsers.h"
#include "tap.h"

static void meminfo(void)
{
	static const char whole[] = "MemTotal:         108928 kB\n"
				    "MemFree:           71264 kB\n"
				    "MemAvailable:      65552 kB\n"
				    "SwapCached:            0 kB\n";
	struct meminfo out;
	size_t cut;

	ok(meminfo_parse(whole, sizeof(whole) - 1, &out) == 0 &&
		   out.total_kib == 108928 && out.free_kib == 71264 &&
		   out.available_kib == 65552,
	   "meminfo: the three numbers");
	for (cut = 0; cut < sizeof(whole) - 1; cut++) {
		int err = meminfo_parse(whole, cut, &out);

		if (!err && out.available_kib != 65552)
			break;
	}
	ok(cut == sizeof(whole) - 1, "meminfo: cut at every byte");
	ok(meminfo_parse("MemTotal: 1 kB\nMemFree: -1 kB\n", 30, &out) ==
		   -EINVAL,
	   "meminfo: a negative number is none");
}

static void iomem(void)
{
	static const char whole[] = "00000000-00000fff : Reserved\n"
				    "00001000-0009fbff : System RAM\n"
				    "00100000-5ffdbfff : System RAM\n"
				    "  01000000-01ffffff : Kernel code\n"
				    "  55000000-5cffffff : Crash kernel\n"
				    "fd000000-fdffffff : PCI Bus 0000:00\n"
				    "100000000-17fffffff : System RAM\n"
				    "  170000000-17effffff : Crash kernel\n";
	static const char hidden[] = "00000000-00000000 : System RAM\n"
				     "  00000000-00000000 : Crash kernel\n";
	static const char bad[] = "00001000-0009fbff : System RAM\nx\n";
	struct iomem out;

	ok(iomem_parse(whole, sizeof(whole) - 1, &out) == 0 &&
		   out.crash_count == 2 && out.crash[0].start == 0x55000000 &&
		   out.crash[1].end == 0x17effffff &&
		   out.ram_end == 0x17fffffff,
	   "iomem: two crash ranges, RAM up to 6 GiB");
	ok(iomem_parse(hidden, sizeof(hidden) - 1, &out) == -EACCES,
	   "iomem: all zeros is hidden, not empty");
	ok(iomem_parse(bad, sizeof(bad) - 1, &out) == -EINVAL &&
		   iomem_parse("", 0, &out) == -EINVAL &&
		   iomem_parse(whole, sizeof(whole) - 2, &out) == -EINVAL,
	   "iomem: malformed, empty, cut off");
	ok(iomem_parse("2-1 : System RAM\n", 17, &out) == -EINVAL,
	   "iomem: a range that ends before it begins");
}

static const char log_text[] =
	"5,0,0,-;Linux version 6.1.0-40-amd64\n"
	" SUBSYSTEM=x\n"
	"6,9,0,-;Memory: 227600K/260728K available (14342K kernel code)\n"
	"6,10,0,-;Memory Encryption Features active: AMD SEV SEV-ES SEV-SNP\n"
	"6,11,3,-;Freeing initrd memory: 11012K\n"
	"4,12,9,-;swapper/0: page allocation failure: order:5, "
	"mode:0xcc1(GFP_KERNEL|GFP_DMA), nodemask=(null)\n"
	"4,13,9,-;a: page allocation failure: order:0, mode:0x4(GFP_DMA32)\n"
	"4,14,9,-;SLUB: Unable to allocate memory on node -1, "
	"gfp=0xcc1(GFP_KERNEL|GFP_DMA)\n"
	"3,15,9,-;Out of memory: Killed process 210 (makedumpfile)\n"
	/* written to /dev/kmsg by a program: facility 1, "user" */
	"12,16,9,-;saver: x: page allocation failure: order:5\n"
	"13,17,9,-;Out of memory: Killed process 1 (init)\n"
	/* what a device calls itself, and a process with that name */
	"6,17,9,-;usb 1-1: Product: x: page allocation failure: order:5, "
	"mode:0xcc1(GFP_DMA)\n"
	"4,18,9,-;scsi 0:0:0:0: Direct-Access p: page allocation failure: "
	"order:5, mode:0xcc1(GFP_DMA)\n"
	"6,19,9,-;Out of memory: Killed process 2 (disk)\n"
	"3,20,9,-;Out of memory cards are in slot 3\n"
	"garbage\n"
	"6,x,9,-;Out of memory\n";

static void kernel_log(void)
{
	static struct lines lines;
	struct kernel_log log;

	kernel_log_begin(&log);
	lines_of(log_text, sizeof(log_text) - 1, kernel_log_line, &log);
	ok(log.is_complete && log.page_allocation_failures == 2 &&
		   log.slub_failures == 1 && log.oom_kills == 1 &&
		   log.lines_count == 4,
	   "kernel log: failures and kills are counted, malformed lines, "
	   "programs' and devices' not");
	ok(log.gfp_dma_failures == 2, "kernel log: GFP_DMA32 is not GFP_DMA");
	ok(log.boot_available_kib == 227600 && log.boot_total_kib == 260728 &&
		   log.initrd_kib == 11012,
	   "kernel log: memory at boot, the initrd's size");
	ok(log.encryption ==
		   (ENCRYPTION_SEV | ENCRYPTION_SEV_ES | ENCRYPTION_SEV_SNP),
	   "kernel log: SEV-SNP");

	kernel_log_begin(&log);
	lines_of("6,20,1,-;x\n", 11, kernel_log_line, &log);
	ok(!log.is_complete, "kernel log: the beginning is missing");

	kernel_log_begin(&log);
	lines_begin(&lines, kernel_log_line, &log);
	lines_feed(&lines, "5,0,0,-;a\n", 10);
	lines.after_loss = true;
	lines_feed(&lines, "5,9,0,-;b\n5,10,0,-;c\n", 21);
	ok(log.seen_record && !log.is_complete,
	   "kernel log: records in the middle were overwritten");
}

static void encryption(void)
{
	static const struct {
		const char *line;
		unsigned int bits;
	} lines[] = {
		{ "Memory Encryption Features active: AMD SME",
		  ENCRYPTION_SME },
		{ "Memory Encryption Features active: Intel TDX",
		  ENCRYPTION_TDX },
		{ "AMD Memory Encryption Features active: SEV SEV-ES",
		  ENCRYPTION_SEV | ENCRYPTION_SEV_ES },
		{ "AMD Secure Memory Encryption (SME) active", ENCRYPTION_SME },
		{ "RME: Using RSI version 1.0", ENCRYPTION_CCA },
		{ "x86/mm: Memory Encryption", 0 },
	};
	static const char cpuinfo[] = "processor\t: 0\n"
				      "flags\t\t: fpu sme sev sev_es nosev\n";
	unsigned int bits = 0;

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		ok(encryption_of_log_line(text_of(lines[i].line)) ==
			   lines[i].bits,
		   "encryption: %s", lines[i].line);
	lines_of(cpuinfo, sizeof(cpuinfo) - 1, encryption_cpuinfo_line, &bits);
	ok(bits == (ENCRYPTION_SME | ENCRYPTION_SEV | ENCRYPTION_SEV_ES),
	   "encryption: whole words of cpuinfo's flags");
}

int main(void)
{
	meminfo();
	iomem();
	kernel_log();
	encryption();
	return tap_end();
}
