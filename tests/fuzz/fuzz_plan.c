// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A machine and its captures made of the input's bytes; the plan keeps what it
 * promises, whatever they are.
 */
#include <stdio.h>
#include <string.h>

#include "config/crashkernel.h"
#include "fuzz.h"
#include "lib/macros.h"
#include "plan/plan.h"

#define CAPTURES_MAX 24

static const uint8_t *at;
static size_t left;

static uint64_t take(uint64_t below)
{
	uint64_t number = 0;

	for (int i = 0; i < 2 && left > 0; i++, left--)
		number = number << 8 | *at++;
	return number % below;
}

static struct config config;
static struct facts facts;
static struct host host;

static void make_machine(void)
{
	static const char *const words[] = {
		"",
		"crashkernel=128M",
		"crashkernel=256M",
		"crashkernel=1G-4G:192M,4G-64G:256M,64G-:512M",
		"crashkernel=256M,high crashkernel=72M,low",
		"crashkernel=auto",
		"crashkernel=2G",
		"crashkernel=512M-:192M",
		"crashkernel=256",
		"crashkernel=",
		"crashkernel=256M,cma",
		"crashkernel=256M@16M",
	};
	static const char *const machines[] = { "x86_64",  "aarch64", "s390x",
						"ppc64le", "riscv64", "" };
	static const uint32_t versions[] = { KERNEL_VERSION_OF(6, 1),
					     KERNEL_VERSION_OF(4, 18),
					     KERNEL_VERSION_OF(5, 10),
					     KERNEL_VERSION_OF(6, 17),
					     KERNEL_VERSION_OF(7, 2) };

	memset(&facts, 0, sizeof(facts));
	memset(&host, 0, sizeof(host));
	strcpy(facts.machine, machines[take(ARRAY_SIZE(machines))]);
	strcpy(facts.release, "6.1.0-40-amd64");
	facts.version = versions[take(ARRAY_SIZE(versions))];
	facts.page_bytes = 4096;
	facts.have_cmdline = true;
	facts.have_iomem = true;
	facts.pci.have = take(2);
	facts.pci.low_count = take(3);
	host.have_ram_bytes = true;
	host.ram_bytes = (take(2000) + 256) * (take(2) ? MIB : 64 * MIB);
	facts.iomem.system_ram_bytes = facts.iomem.ram_end = host.ram_bytes;
	host.cpus_count = 1 + (uint32_t)take(256);
	host.crashkernel_whose.owner =
		take(2) ? OWNER_OURS : OWNER_DISTRIBUTION;
	strcpy(host.next_crashkernel, words[take(ARRAY_SIZE(words))]);
	host.images.have_kernel = host.images.have_initramfs = take(4) > 0;
	host.images.kernel_bytes = take(100) * MIB;
	host.images.packed_bytes = take(300) * MIB;
	host.images.unpacked_bytes = host.images.packed_bytes + take(600) * MIB;
}

static void make_capture(struct capture *out)
{
	memset(out, 0, sizeof(*out));
	strcpy(out->machine, take(8) ? facts.machine : "mips64");
	strcpy(out->release, take(5) ? facts.release : "6.12.1-amd64");
	snprintf(out->when, sizeof(out->when), "20%02u-%02u-01T10:00:00Z",
		 (unsigned int)take(60), 1 + (unsigned int)take(12));
	out->outcome = (enum capture_outcome)take(3);
	out->crash_seen = !take(3);
	out->unproven = !take(6);
	out->have_reserved = take(8) > 0;
	out->reserved_kib = take(4096) * 1024;
	out->have_available_lowest = out->have_available_start = take(5) > 0;
	out->available_lowest_kib = take(out->reserved_kib + 1);
	out->available_start_kib = take(out->reserved_kib + 1);
	out->have_initrd = take(4) > 0;
	out->initrd_kib = take(300) * 1024;
	out->oom_kills = take(4) == 0;
}

static uint64_t total_of(const char *words, bool is_ours)
{
	struct crashkernel_result result = crashkernel_evaluate(
		words, host.ram_bytes, facts.version, facts.machine);

	/* the kernel understands what we write */
	PROMISE(!is_ours || result.valid);
	return result.size_bytes + (result.have_low ? result.low_bytes : 0);
}

static void check(const struct plan *plan, const struct capture *newest)
{
	const struct setting *setting = &plan->settings[SETTING_CRASHKERNEL];
	uint64_t planned, was = total_of(setting->old, false);

	if (!setting->change)
		return;
	planned = total_of(setting->new, true);
	PROMISE(planned >= config_number(&config, CONFIG_MINIMUM));
	/* at most the share of memory, if it is a raise */
	PROMISE(planned <= was ||
		planned <= host.ram_bytes / 100 *
				   config_number(&config,
						 CONFIG_RAM_SHARE_PERCENT));
	/* what failed last is not made smaller by that */
	if (newest && newest->outcome != CAPTURE_SAVED)
		PROMISE(planned >= was);
	/* nor is a size planned in which the last capture ran out */
	if (newest && newest->oom_kills && newest->have_reserved &&
	    !newest->have_initrd)
		PROMISE(planned > newest->reserved_kib * 1024 ||
			planned >= was);
}

static const struct capture *newest_of(const struct history *history)
{
	for (size_t i = history->count; i > 0; i--)
		if (streq(history->captures[i - 1].machine, facts.machine) &&
		    capture_same_line(history->captures[i - 1].release,
				      facts.release))
			return &history->captures[i - 1];
	return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct plan plan, again;
	struct capture captures[CAPTURES_MAX];
	struct history history = { .captures = captures };
	struct plan_input input = { &facts, &host, &history, &config };

	at = data;
	left = size;
	config_init(&config);
	config_set(&config, CONFIG_CRASHKERNEL_X86_64,
		   "1G-4G:192M,4G-64G:256M,64G-:512M", "fuzz", (char[80]){ 0 },
		   80);
	make_machine();
	while (left > 0 && history.count < CAPTURES_MAX)
		make_capture(&captures[history.count++]);
	plan_make(&input, &plan);
	check(&plan, newest_of(&history));
	/* What was planned is in force: nothing is left to plan. */
	strcpy(host.next_crashkernel, plan.settings[SETTING_CRASHKERNEL].new);
	if (plan.settings[SETTING_CRASHKERNEL].change)
		host.crashkernel_whose.owner = OWNER_OURS;
	plan_make(&input, &again);
	PROMISE(!again.settings[SETTING_CRASHKERNEL].change);
	return 0;
}
