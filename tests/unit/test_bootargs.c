// SPDX-License-Identifier: GPL-2.0-or-later
/* What grubby says of boot entries; when memory is given back at once. */
#include "apply/grubby.h"

#include <string.h>

#include "apply/shrink.h"
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

	ok(grubby_parse(info, entries, 2) == 2, "two entries");
	ok(!strcmp(entries[0].kernel, "/boot/vmlinuz-6.12.0-1.x86_64") &&
		   !strcmp(entries[0].words,
			   "crashkernel=256M,high crashkernel=72M,low"),
	   "all words of the first, in order");
	ok(!strcmp(entries[1].words, ""), "none in the second");
	ok(!strcmp(entries[1].index, "1") &&
		   !strcmp(entries[1].id, "0f1e2d-0-rescue"),
	   "its number, and what it is called");
	ok(!strcmp(entries[0].id, ""), "the first is not called anything");
	ok(grubby_parse(info, entries, 1) < 0, "refused: more than there is "
					       "room for");
	ok(grubby_parse("args=\"a\"\n", entries, 2) < 0,
	   "refused: arguments of no kernel");
	ok(grubby_parse("", entries, 2) == 0, "nothing");
	ok(grubby_parse("kernel=\"unended\nargs=x\n", entries, 2) == 0,
	   "what is not quoted is passed over");
}

#define M (UINT64_C(1) << 20)

static struct gathered all;

static uint64_t target(const char *policy, size_t parts,
		       enum plan_reason reason)
{
	struct config_error error;

	memset(&all, 0, sizeof(all));
	config_init(&all.config);
	if (config_parse(&all.config, "f", policy, strlen(policy), &error))
		return 1;
	all.facts.have_iomem = true;
	all.facts.iomem.crash_count = parts;
	all.facts.iomem.crash[0].start = 512 * M;
	all.facts.iomem.crash[0].end = (512 + 72) * M - 1;
	all.facts.iomem.crash[1].start = 8192 * M;
	all.facts.iomem.crash[1].end = (8192 + 512) * M - 1;
	all.plan.settings[SETTING_CRASHKERNEL].reason = reason;
	all.plan.numbers.measured_bytes = 150 * M;
	all.plan.numbers.needed_bytes = 192 * M;
	all.plan.numbers.reserved_bytes = 584 * M;
	return shrink_target(&all);
}

static void test_shrink(void)
{
	ok(target("", 2, PLAN_CRASHKERNEL_MEASURED) == 0,
	   "nothing is given back unless policy says so");
	ok(target("shrink_now = yes\n", 2, PLAN_CRASHKERNEL_MEASURED) ==
		   (192 + 72) * M,
	   "two parts: the main one alone holds what is needed");
	ok(target("shrink_now = yes\n", 1, PLAN_CRASHKERNEL_MEASURED) ==
		   192 * M,
	   "or there is but one");
	ok(target("shrink_now = yes\n", 2, PLAN_CRASHKERNEL_ESTIMATED) == 0,
	   "nor for an estimate");
	ok(target("shrink_now = yes\n", 2, PLAN_CRASHKERNEL_RAN_OUT) == 0,
	   "nor after a failure");
	ok(target("shrink_now = yes\ntolerance = 512M\n", 2,
		  PLAN_CRASHKERNEL_MEASURED) == 0,
	   "nor for a little");
	ok(target("shrink_now = yes\ntolerance = 320M\n", 2,
		  PLAN_CRASHKERNEL_MEASURED) == 0,
	   "the low part is not given back, and so is not counted");
}

int main(void)
{
	test_grubby();
	test_shrink();
	return tap_end();
}
