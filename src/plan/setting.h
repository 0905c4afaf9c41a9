/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One of the settings that a plan has, with the reason for its value. */
#ifndef SETTING_H
#define SETTING_H

#include <stdbool.h>

#include "host/host.h"

#define PLAN_VALUE_MAX	  HOST_WORDS_MAX
#define PLAN_SENTENCE_MAX 480

enum plan_reason {
	/* of both settings */
	PLAN_IS_CAPTURE_KERNEL,
	PLAN_CANNOT_LOAD,
	PLAN_NOT_MANAGED,
	PLAN_ADMINISTRATOR,
	PLAN_BACKEND_UNREADABLE,
	/* of coherent_pool */
	PLAN_POOL_NOT_HERE,
	PLAN_POOL_VERDICT_UNKNOWN,
	PLAN_POOL_FIRST_BOOT,
	PLAN_POOL_ENCRYPTION_UNKNOWN,
	PLAN_POOL_ENCRYPTED,
	PLAN_POOL_REMAP,
	PLAN_POOL_BOUNDED,
	PLAN_POOL_NONE_MANAGED,
	PLAN_POOL_MANAGED,
	/* of crashkernel */
	PLAN_CRASHKERNEL_UNKNOWN,
	PLAN_CRASHKERNEL_RAN_OUT,
	PLAN_CRASHKERNEL_NO_DUMP,
	PLAN_CRASHKERNEL_MEASURED,
	PLAN_CRASHKERNEL_REHEARSED,
	PLAN_CRASHKERNEL_UNPACK,
	PLAN_CRASHKERNEL_ESTIMATED,
	PLAN_CRASHKERNEL_ENOUGH,
	PLAN_CRASHKERNEL_TABLE,
	PLAN_CRASHKERNEL_TOLERANCE,
	PLAN_CRASHKERNEL_RAM_SHARE,
	PLAN_CRASHKERNEL_UNRESERVED,
	PLAN_CRASHKERNEL_TOO_SMALL,
	PLAN_CRASHKERNEL_LIMIT,
	PLAN_CRASHKERNEL_SETTLED,
	PLAN_REASONS,
};

/* "none-managed": names for programs, which do not change. */
const char *plan_reason_name(enum plan_reason reason);
/* True if the reason is that something is not known. */
bool plan_reason_is_unknown(enum plan_reason reason);

enum setting_name {
	SETTING_COHERENT_POOL, /* on the capture kernel's command line */
	SETTING_CRASHKERNEL,   /* on the production kernel's command line */
	SETTINGS,
};

const char *setting_name(enum setting_name name);

struct setting {
	enum setting_name name;
	char old[PLAN_VALUE_MAX]; /* "": unset */
	char new[PLAN_VALUE_MAX];
	bool change;
	enum plan_reason reason;
	char sentence[PLAN_SENTENCE_MAX];
};

/* Set the reason, and the sentence by a printf format. */
__attribute__((format(printf, 3, 4))) void plan_because(struct setting *setting,
							enum plan_reason reason,
							const char *format,
							...);

#endif
