// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/setting.h"

#include <stdarg.h>
#include <stdio.h>

static const struct {
	const char *name;
	bool is_unknown;
} reasons[PLAN_REASONS] = {
	[PLAN_IS_CAPTURE_KERNEL] = { "is-capture-kernel", true },
	[PLAN_CANNOT_LOAD] = { "cannot-load" },
	[PLAN_NOT_MANAGED] = { "not-managed" },
	[PLAN_ADMINISTRATOR] = { "administrator" },
	[PLAN_BACKEND_UNREADABLE] = { "backend-unreadable", true },
	[PLAN_POOL_NOT_HERE] = { "no-pool-here" },
	[PLAN_POOL_VERDICT_UNKNOWN] = { "verdict-unknown", true },
	[PLAN_POOL_FIRST_BOOT] = { "first-boot" },
	[PLAN_POOL_ENCRYPTION_UNKNOWN] = { "encryption-unknown", true },
	[PLAN_POOL_ENCRYPTED] = { "encrypted" },
	[PLAN_POOL_REMAP] = { "remapping-architecture" },
	[PLAN_POOL_BOUNDED] = { "bounded" },
	[PLAN_POOL_NONE_MANAGED] = { "none-managed" },
	[PLAN_POOL_MANAGED] = { "managed" },
	[PLAN_CRASHKERNEL_UNKNOWN] = { "need-unknown", true },
	[PLAN_CRASHKERNEL_RAN_OUT] = { "ran-out" },
	[PLAN_CRASHKERNEL_NO_DUMP] = { "no-dump" },
	[PLAN_CRASHKERNEL_MEASURED] = { "measured" },
	[PLAN_CRASHKERNEL_REHEARSED] = { "rehearsed" },
	[PLAN_CRASHKERNEL_UNPACK] = { "unpacking" },
	[PLAN_CRASHKERNEL_ESTIMATED] = { "estimated" },
	[PLAN_CRASHKERNEL_ENOUGH] = { "enough" },
	[PLAN_CRASHKERNEL_TABLE] = { "table" },
	[PLAN_CRASHKERNEL_TOLERANCE] = { "within-tolerance" },
	[PLAN_CRASHKERNEL_RAM_SHARE] = { "ram-share" },
	[PLAN_CRASHKERNEL_UNRESERVED] = { "nothing-reserved" },
	[PLAN_CRASHKERNEL_TOO_SMALL] = { "too-small" },
	[PLAN_CRASHKERNEL_LIMIT] = { "limit" },
	[PLAN_CRASHKERNEL_SETTLED] = { "settled" },
};

const char *plan_reason_name(enum plan_reason reason)
{
	return reasons[reason].name;
}

bool plan_reason_is_unknown(enum plan_reason reason)
{
	return reasons[reason].is_unknown;
}

const char *setting_name(enum setting_name name)
{
	return name == SETTING_CRASHKERNEL ? "crashkernel" : "coherent_pool";
}

void plan_because(struct setting *setting, enum plan_reason reason,
		  const char *format, ...)
{
	va_list args;

	setting->reason = reason;
	va_start(args, format);
	vsnprintf(setting->sentence, sizeof(setting->sentence), format, args);
	va_end(args);
}
