// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/stack.h"

#include <string.h>

#include "capture/capture.h"
#include "capture/luks.h"
#include "capture/mapper.h"
#include "capture/program.h"
#include "capture/say.h"
#include "lib/clock.h"

#define TOOL_LIMIT_S   30
#define TOOL_PAUSE_MS  2000
#define STACK_WORD_MAX 128

/* Run a tool. Its messages would only matter if the target does not come. */
static void run(const char *const *argv)
{
	program_run_quietly(argv, TOOL_LIMIT_S, 0, 0);
}

static void assemble_raid(bool is_degraded)
{
	const char *const argv[] = { "mdadm", "--assemble", "--scan",
				     is_degraded ? "--run" : "--no-degraded",
				     NULL };

	run(argv);
}

/* Without udev, a daemon, and files that would be lost anyway. */
static void activate_volumes(struct text rest)
{
	static const char config[] =
		"devices { obtain_device_list_from_udev=0 "
		"external_device_info_source=\"none\" } "
		"activation { udev_sync=0 udev_rules=0 monitoring=0 } "
		"backup { backup=0 archive=0 }";
	char group[STACK_WORD_MAX];
	struct text name;
	const char *const argv[] = { "lvm",	 "vgchange", "-ay", "--sysinit",
				     "--config", config,     group, NULL };

	if (!text_word(&rest, &name))
		return;
	text_copy(name, group, sizeof(group));
	run(argv);
}

/* lvm and mdadm read from all disks: pause before they run again. */
static bool is_time_for_tools(bool is_degraded)
{
	static uint64_t last_ms;
	static bool was_degraded;
	uint64_t now = clock_ms();

	if (last_ms && now - last_ms < TOOL_PAUSE_MS &&
	    is_degraded == was_degraded)
		return false;
	if (is_degraded && !was_degraded)
		say_event("a RAID is started without its missing parts");
	was_degraded = is_degraded;
	last_ms = now;
	return true;
}

static bool needs_raid(void)
{
	struct text line;
	size_t at = 0;

	while (conf_next(&capture->conf, "stack", &at, &line))
		if (text_starts(line, "mdraid"))
			return true;
	return false;
}

static bool is_built_without_tools(struct text kind)
{
	return !text_equal(kind, "mdraid") && !text_equal(kind, "lvm");
}

bool stack_build(const struct root *root, bool is_degraded)
{
	bool is_whole = true, waits = false;
	struct text line, kind;
	size_t at = 0;
	int tools = -1; /* not asked yet */

	while (conf_next(&capture->conf, "stack", &at, &line)) {
		if (!text_word(&line, &kind))
			continue;
		if (text_equal(kind, "multipath"))
			is_whole &= mapper_multipath(root, line);
		else if (text_equal(kind, "partition"))
			mapper_partition(root, line);
		else if (text_equal(kind, "luks"))
			waits |= !luks_open(root, line) && !is_degraded;
		else if (text_equal(kind, "crypt"))
			waits |= !luks_map(root, line) && !is_degraded;
		if (waits || is_built_without_tools(kind))
			continue; /* the rest lies on this device */
		if (tools < 0)
			tools = is_time_for_tools(is_degraded && needs_raid());
		if (tools && text_equal(kind, "mdraid"))
			assemble_raid(is_degraded);
		else if (tools)
			activate_volumes(line);
	}
	return is_whole;
}

const char *stack_names(void)
{
	const char *names = "";
	struct text line;
	size_t at = 0;

	while (conf_next(&capture->conf, "stack", &at, &line)) {
		if (text_starts(line, "mdraid"))
			names = "md";
		else if (!text_starts(line, "btrfs"))
			names = "dm-";
	}
	return names;
}
