/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From facts, learned captures and policy to settings. Pure. */
#ifndef PLAN_H
#define PLAN_H

#include "config/config.h"
#include "plan/estimate.h"
#include "facts/facts.h"
#include "state/history.h"
#include "host/host.h"
#include "facts/predict.h"

#define PLAN_VALUE_MAX	  HOST_WORDS_MAX
#define PLAN_SENTENCE_MAX 480

enum plan_reason {
	/* either setting */
	PLAN_IS_CAPTURE_KERNEL,
	PLAN_NOT_MANAGED,
	PLAN_ADMINISTRATOR,
	PLAN_BACKEND_UNREADABLE,
	/* coherent_pool */
	PLAN_POOL_NOT_HERE,
	PLAN_POOL_VERDICT_UNKNOWN,
	PLAN_POOL_ENCRYPTION_UNKNOWN,
	PLAN_POOL_ENCRYPTED,
	PLAN_POOL_REMAP,
	PLAN_POOL_BOUNDED,
	PLAN_POOL_NONE_MANAGED,
	PLAN_POOL_MANAGED,
	/* crashkernel */
	PLAN_CRASHKERNEL_UNKNOWN,
	PLAN_CRASHKERNEL_RAN_OUT,
	PLAN_CRASHKERNEL_NO_DUMP,
	PLAN_CRASHKERNEL_MEASURED,
	PLAN_CRASHKERNEL_UNPACK,
	PLAN_CRASHKERNEL_ESTIMATED,
	PLAN_CRASHKERNEL_ENOUGH,
	PLAN_CRASHKERNEL_TABLE,
	PLAN_CRASHKERNEL_TOLERANCE,
	PLAN_CRASHKERNEL_RAM_SHARE,
	PLAN_REASONS,
};

/* "none-managed", ...: stable, for programs */
const char *plan_reason_name(enum plan_reason reason);
/* Does it mean that nothing could be told? */
bool plan_reason_is_unknown(enum plan_reason reason);

enum setting_name {
	SETTING_COHERENT_POOL, /* on the capture kernel's command line */
	SETTING_CRASHKERNEL,   /* on the production kernel's command line */
	SETTINGS,
};

const char *setting_name(enum setting_name name);

struct setting {
	enum setting_name name;
	char old[PLAN_VALUE_MAX]; /* "" is unset */
	char new[PLAN_VALUE_MAX];
	bool change;
	enum plan_reason reason;
	char sentence[PLAN_SENTENCE_MAX];
};

/* The numbers behind it; 0 is "not known". */
struct plan_numbers {
	uint64_t ram_bytes;
	uint64_t reserved_bytes;   /* by the running kernel */
	uint64_t configured_bytes; /* for the next boot */
	uint64_t measured_bytes;   /* peak of the captures that count */
	uint64_t captures_count;   /* how many those are */
	uint64_t needed_bytes;	   /* with margin, rounded */
	struct estimate estimate;
};

struct plan {
	struct setting settings[SETTINGS];
	struct plan_numbers numbers;
};

struct plan_input {
	const struct facts *facts;
	const struct host *host;
	const struct history *history;
	const struct config *config;
};

void plan_make(const struct plan_input *input, struct plan *plan);

/* The two settings; plan_make() calls them. */
void plan_coherent_pool(const struct plan_input *input,
			struct setting *setting);
void plan_crashkernel(const struct plan_input *input, struct setting *setting,
		      struct plan_numbers *numbers);

/* Set reason and sentence. */
__attribute__((format(printf, 3, 4))) void plan_because(struct setting *setting,
							enum plan_reason reason,
							const char *format,
							...);

/* What the capture kernel will find, and whether that was seen or predicted. */
enum verdict plan_verdict(const struct plan_input *input, bool *observed,
			  enum patched *patched);

/* The value of the last word name= in a command line; false if none. */
bool plan_last_word(const char *cmdline, const char *name, char *buf,
		    size_t size);

/* 3 a change is advised, 4 cannot tell, 0 nothing to change */
int plan_status(const struct plan *plan);

#endif
