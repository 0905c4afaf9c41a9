// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The configuration: "key = value" lines, merged from several files. Parsing
 * is pure; config_load.c finds the files.
 *
 * Every key has a type and every value is checked before it is stored, so a
 * value taken from here holds only characters that are safe in a kernel
 * command line and inside double quotes of a shell file.
 */
#ifndef KDUMP_DMA_CONFIG_H
#define KDUMP_DMA_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/root.h"
#include "lib/text.h"

enum config_key {
	/* saving */
	CONFIG_PATH,
	CONFIG_TARGET,
	CONFIG_TARGET_FALLBACK,
	CONFIG_TARGET_FSTYPE,
	CONFIG_COLLECTOR,
	CONFIG_COLLECTOR_ARGS,
	CONFIG_FINAL_ACTION,
	CONFIG_TIME_LIMIT,
	CONFIG_APPEND,
	CONFIG_APPEND_PLAN,
	CONFIG_REMOVE,
	CONFIG_IMAGE_ADD,
	CONFIG_PRE,
	CONFIG_POST,
	CONFIG_PANIC_ON,
	CONFIG_BACKEND,
	/* policy */
	CONFIG_MANAGE_CRASHKERNEL,
	CONFIG_MANAGE_COHERENT_POOL,
	CONFIG_COHERENT_POOL_LIMIT,
	CONFIG_MARGIN_PERCENT,
	CONFIG_MARGIN_FIRST_PERCENT,
	CONFIG_SPREAD_PERCENT,
	CONFIG_MARGIN_MIN,
	CONFIG_REHEARSAL_DRIVERS,
	CONFIG_RAISE_PERCENT,
	CONFIG_SETTLED,
	CONFIG_WEAK_DAYS,
	CONFIG_LIMIT_PERCENT,
	CONFIG_ROUND,
	CONFIG_TOLERANCE,
	CONFIG_MINIMUM,
	CONFIG_RAM_SHARE_PERCENT,
	CONFIG_SWIOTLB,
	CONFIG_LOW,
	CONFIG_ENCRYPTION,
	CONFIG_USERSPACE,
	CONFIG_USERSPACE_NATIVE,
	CONFIG_TRACEFS,
	CONFIG_UNLOCK,
	CONFIG_PAGES_64K,
	CONFIG_PER_CPU,
	CONFIG_HISTORY,
	CONFIG_KEEP,
	CONFIG_KEEP_FREE,
	CONFIG_MAKEDUMPFILE_NEEDS,
	CONFIG_UNPACK_FACTOR,
	CONFIG_DISTRIBUTION_CRASHKERNEL,
	CONFIG_CRASHKERNEL_X86_64,
	CONFIG_CRASHKERNEL_AARCH64,
	CONFIG_CRASHKERNEL_AARCH64_64K,
	CONFIG_CRASHKERNEL_PPC64LE,
	CONFIG_CRASHKERNEL_S390X,
	CONFIG_CRASHKERNEL_RISCV64,
	CONFIG_CRASHKERNEL_LOONGARCH64,
	CONFIG_KEYS,
};

/* Size limits of one file, one line, one value: longer ones are refused. */
#define CONFIG_FILE_MAX	  (64 * 1024)
#define CONFIG_LINE_MAX	  2048
#define CONFIG_VALUE_MAX  1024
#define CONFIG_APPEND_MAX (2 * CONFIG_VALUE_MAX)
#define CONFIG_ORIGIN_MAX 128
#define CONFIG_ERROR_MAX  2048

struct config {
	struct config_value {
		char text[CONFIG_VALUE_MAX]; /* as validated */
		/* seconds, bytes, percent, 0 or 1; index of the enum */
		uint64_t number;
		char origin[CONFIG_ORIGIN_MAX]; /* "FILE:LINE" or "built in" */
	} value[CONFIG_KEYS];
};

struct config_error {
	/* "FILE:LINE: what is wrong", a line for each; cut if there are many */
	char text[CONFIG_ERROR_MAX];
};

/* Bits of the number of CONFIG_PANIC_ON. */
enum config_panic_on {
	CONFIG_PANIC_ON_OOPS = 1 << 1,
	CONFIG_PANIC_ON_SOFTLOCKUP = 1 << 2,
	CONFIG_PANIC_ON_HARDLOCKUP = 1 << 3,
	CONFIG_PANIC_ON_HUNG_TASK = 1 << 4,
	CONFIG_PANIC_ON_NMI = 1 << 5,
	CONFIG_PANIC_ON_RCU_STALL = 1 << 6,
	CONFIG_PANIC_ON_OOM = 1 << 7,
	CONFIG_PANIC_ON_WARN = 1 << 8,
};

/* Print it to standard error, each line prefixed with the program's name. */
void config_error_print(const struct config_error *error);

/* Values of CONFIG_BACKEND, CONFIG_MANAGE_*, in the order of their words. */
enum config_backend {
	CONFIG_BACKEND_AUTO,
	CONFIG_BACKEND_NATIVE,
	CONFIG_BACKEND_KDUMPCTL,
	CONFIG_BACKEND_KDUMP_TOOLS,
	CONFIG_BACKEND_SUSE,
};

enum config_manage {
	CONFIG_MANAGE_AUTO,
	CONFIG_MANAGE_ALWAYS,
	CONFIG_MANAGE_NEVER
};

/* Every key at its built-in value. */
void config_init(struct config *config);

/*
 * Merge one file's bytes. name is used only in messages and origins. Returns
 * 0, or -EINVAL with *error filled; the caller must then not use config.
 */
int config_parse(struct config *config, const char *name, const char *buf,
		 size_t len, struct config_error *error);

/* Set one key from text, with the checks and errors of config_parse(). */
int config_set(struct config *config, enum config_key key, const char *text,
	       const char *origin, char *why, size_t why_size);

/* The key of that name, or CONFIG_KEYS if there is none. */
enum config_key config_find(const char *name);
/* The key that was probably meant, or NULL. */
const char *config_nearest(const char *name);
const char *config_name(enum config_key key);
/* True if the key's values are numbers or fixed words, not names or paths. */
bool config_is_number(enum config_key key);

static inline const char *config_text(const struct config *config,
				      enum config_key key)
{
	return config->value[key].text;
}

static inline uint64_t config_number(const struct config *config,
				     enum config_key key)
{
	return config->value[key].number;
}

/*
 * What the capture kernel is given in the end: the administrator's words, and
 * those that apply added, which are kept apart in the files, so that neither
 * overwrites the other. Words after "--" are for init, and stay the last ones.
 */
void config_append(const struct config *config, char out[CONFIG_APPEND_MAX]);

/* Is "crashkernel=..." one of the values of distribution_crashkernel? */
bool config_lists_default(const struct config *config, struct text words);

/*
 * The target on this machine: where dumps go to another one, target_fallback.
 * "auto", "none", or a device.
 */
const char *config_local_target(const struct config *config);

/*
 * Read and merge every file under root: the vendor's, then the
 * administrator's, then the drop-ins by name. Absent files are normal.
 * Returns 0, -EINVAL for wrong content, another -errno if a file cannot be
 * read; *error says which.
 */
int config_load(struct config *config, const struct root *root,
		struct config_error *error);

#endif
