// SPDX-License-Identifier: GPL-2.0-or-later
/* What grubby says of boot entries. */
#include "peers/bootloader_grubby.h"

#include <string.h>

#include "tap.h"

static const char info[] =
	"index=0\n"
	"kernel=\"/boot/vmlinuz-6.12.0-1.x86_64\"\n"
	"args=\"ro quiet crashkernel=256M,high crashkernel=72M,low rhgb\"\n"
	"root=\"UUID=x\"\n"
	"title=\"a kernel=\\\"b\\\" args=\"\n"
	"index=1\n"
	"kernel=\"/boot/vmlinuz-0-rescue\"\n"
	"args=\"ro\"\n"
	"id=\"0f1e2d-0-rescue\"\n"
	"index=2\n"
	"non linux entry\n";

static void test_grubby(void)
{
	struct boot_entry entries[2];

	ok(bootloader_grubby_parse(info, entries, 2) == 2, "two entries");
	ok(!strcmp(entries[0].kernel, "/boot/vmlinuz-6.12.0-1.x86_64") &&
		   !strcmp(entries[0].words,
			   "crashkernel=256M,high crashkernel=72M,low"),
	   "all words of the first, in order");
	ok(!strcmp(entries[1].words, ""), "none in the second");
	ok(!strcmp(entries[1].index, "1") &&
		   !strcmp(entries[1].id, "0f1e2d-0-rescue"),
	   "its number, and what it is called");
	ok(!strcmp(entries[0].id, ""), "the first is not called anything");
	ok(bootloader_grubby_parse(info, entries, 1) < 0,
	   "refused: more than there is "
	   "room for");
	ok(bootloader_grubby_parse("args=\"a\"\n", entries, 2) < 0,
	   "refused: arguments of no kernel");
	ok(bootloader_grubby_parse("", entries, 2) == 0, "nothing");
	ok(bootloader_grubby_parse("kernel=\"unended\nkernel=\n", entries, 2) ==
		   0,
	   "what is quoted on one side, or empty, is passed over");
}

/* The grubby of RHEL 7 changes grub.cfg itself: no entry has an id. */
static void test_rhel7(void)
{
	static const char said[] =
		"index=0\n"
		"kernel=/boot/vmlinuz-3.10.0-1160.el7.x86_64\n"
		"args=\"ro crashkernel=auto rd.lvm.lv=centos/root rhgb "
		"quiet\"\n"
		"root=/dev/mapper/centos-root\n"
		"initrd=/boot/initramfs-3.10.0-1160.el7.x86_64.img\n"
		"title=CentOS Linux (3.10.0-1160.el7.x86_64) 7 (Core)\n"
		"index=1\n"
		"kernel=/boot/vmlinuz-0-rescue-0f1e2d\n"
		"args=\"ro rhgb quiet\"\n"
		"index=2\n"
		"non linux entry\n";
	struct boot_entry entries[3];

	ok(bootloader_grubby_parse(said, entries, 3) == 2,
	   "RHEL 7: kernels without quotes");
	ok(!strcmp(entries[0].kernel, "/boot/vmlinuz-3.10.0-1160.el7.x86_64") &&
		   !strcmp(entries[0].words, "crashkernel=auto") &&
		   !strcmp(entries[1].index, "1") && !entries[1].words[0],
	   "RHEL 7: words and numbers");
}

int main(void)
{
	test_grubby();
	test_rhel7();
	return tap_end();
}
