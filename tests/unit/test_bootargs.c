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
	ok(bootloader_grubby_parse("kernel=\"unended\nargs=x\n", entries, 2) ==
		   0,
	   "what is not quoted is passed over");
}

int main(void)
{
	test_grubby();
	return tap_end();
}
