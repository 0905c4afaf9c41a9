// SPDX-License-Identifier: GPL-2.0-or-later
#include "config/config.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/cmdline.h"
#include "config/crashkernel.h"
#include "config/nearest.h"
#include "config/remote.h"
#include "lib/macros.h"
#include "lib/text.h"

enum type {
	TYPE_PATH,   /* absolute, no ".." */
	TYPE_TARGET, /* auto, UUID=, LABEL=, PARTUUID=, PARTLABEL=, /dev/... */
	TYPE_REMOTE, /* the same, and ssh://... */
	TYPE_FALLBACK, /* a target of this machine, or none */
	TYPE_WORD,     /* one word */
	TYPE_ARGS,     /* words of a command line; may be empty */
	TYPE_ENUM,
	TYPE_LIST,    /* of the words of an enum, separated by blanks */
	TYPE_SECONDS, /* 300, 300s, 5min, 1h */
	TYPE_BYTES,   /* 64M; a plain number is bytes */
	TYPE_MIB,     /* the same, in whole MiB */
	TYPE_PERCENT,
	TYPE_COUNT,
	TYPE_RANGES, /* the range form of crashkernel=, or empty */
};

static const struct key {
	const char *name;
	enum type type;
	const char *preset;
	uint64_t min, max;
	const char *words; /* of an enum, separated by '|' */
} keys[CONFIG_KEYS] = {
	[CONFIG_PATH] = { "path", TYPE_PATH, "/var/crash", 1, 255 },
	[CONFIG_TARGET] = { "target", TYPE_REMOTE, "auto" },
	[CONFIG_TARGET_FALLBACK] = { "target_fallback", TYPE_FALLBACK, "auto" },
	[CONFIG_TARGET_FSTYPE] = { "target_fstype", TYPE_WORD, "auto" },
	[CONFIG_COLLECTOR] = { "collector", TYPE_WORD, "makedumpfile" },
	[CONFIG_COLLECTOR_ARGS] = { "collector_args", TYPE_ARGS,
				    "-l --message-level 7 -d 31" },
	[CONFIG_FINAL_ACTION] = { "final_action", TYPE_ENUM, "reboot",
				  .words = "reboot|poweroff|halt" },
	[CONFIG_TIME_LIMIT] = { "time_limit", TYPE_SECONDS, "1h", 10,
				7 * 24 * 3600 },
	[CONFIG_APPEND] = { "append", TYPE_ARGS, "" },
	[CONFIG_APPEND_PLAN] = { "append_plan", TYPE_ARGS, "" },
	[CONFIG_REMOVE] = { "remove", TYPE_ARGS, "" },
	[CONFIG_IMAGE_ADD] = { "image_add", TYPE_ARGS, "" },
	[CONFIG_PRE] = { "pre", TYPE_ARGS, "" },
	[CONFIG_POST] = { "post", TYPE_ARGS, "" },
	[CONFIG_PANIC_ON] = { "panic_on", TYPE_LIST, "oops",
			      .words = "none|oops|softlockup|hardlockup|"
				       "hung_task|nmi|rcu_stall|oom|warn" },
	[CONFIG_BACKEND] = { "backend", TYPE_ENUM, "auto",
			     .words = "auto|native|kdumpctl|kdump-tools|suse" },

	[CONFIG_MANAGE_CRASHKERNEL] = { "manage_crashkernel", TYPE_ENUM, "auto",
					.words = "auto|always|never" },
	[CONFIG_MANAGE_COHERENT_POOL] = { "manage_coherent_pool", TYPE_ENUM,
					  "auto",
					  .words = "auto|always|never" },
	[CONFIG_COHERENT_POOL_LIMIT] = { "coherent_pool_limit", TYPE_BYTES,
					 "1M", 64 * KIB, 64 * MIB },
	[CONFIG_MARGIN_PERCENT] = { "margin_percent", TYPE_PERCENT, "40", 0,
				    400 },
	[CONFIG_MARGIN_FIRST_PERCENT] = { "margin_first_percent", TYPE_PERCENT,
					  "100", 0, 400 },
	[CONFIG_SPREAD_PERCENT] = { "spread_percent", TYPE_PERCENT, "50", 0,
				    400 },
	[CONFIG_WEAK_DAYS] = { "weak_days", TYPE_COUNT, "365", 0, 36500 },
	[CONFIG_SETTLED] = { "settled", TYPE_COUNT, "8", 1, 1000 },
	[CONFIG_LIMIT_PERCENT] = { "limit_percent", TYPE_PERCENT, "200", 100,
				   1000 },
	[CONFIG_REHEARSAL_DRIVERS] = { "rehearsal_drivers", TYPE_BYTES, "48M",
				       0, GIB },
	[CONFIG_MARGIN_MIN] = { "margin_min", TYPE_BYTES, "24M", 0, GIB },
	[CONFIG_RAISE_PERCENT] = { "raise_percent", TYPE_PERCENT, "50", 10,
				   400 },
	[CONFIG_ROUND] = { "round", TYPE_MIB, "16M", MIB, GIB },
	[CONFIG_TOLERANCE] = { "tolerance", TYPE_BYTES, "16M", 0, GIB },
	[CONFIG_MINIMUM] = { "minimum", TYPE_BYTES, "96M", 16 * MIB, GIB },
	[CONFIG_RAM_SHARE_PERCENT] = { "ram_share_percent", TYPE_PERCENT, "33",
				       1, 75 },
	[CONFIG_SWIOTLB] = { "swiotlb", TYPE_BYTES, "64M", 0, GIB },
	[CONFIG_LOW] = { "low", TYPE_BYTES, "72M", 0, GIB },
	[CONFIG_ENCRYPTION] = { "encryption", TYPE_BYTES, "64M", 0, GIB },
	[CONFIG_USERSPACE] = { "userspace", TYPE_BYTES, "48M", 0, GIB },
	[CONFIG_USERSPACE_NATIVE] = { "userspace_native", TYPE_BYTES, "14M", 0,
				      GIB },
	[CONFIG_TRACEFS] = { "tracefs", TYPE_BYTES, "10M", 0, GIB },
	[CONFIG_UNLOCK] = { "unlock", TYPE_BYTES, "8M", 0, GIB },
	[CONFIG_PAGES_64K] = { "pages_64k", TYPE_BYTES, "100M", 0, GIB },
	[CONFIG_PER_CPU] = { "per_cpu", TYPE_BYTES, "384K", 0, 64 * MIB },
	[CONFIG_MAKEDUMPFILE_NEEDS] = { "makedumpfile_needs", TYPE_ARGS, "" },
	[CONFIG_KEEP] = { "keep", TYPE_COUNT, "0", 0, 1000 },
	[CONFIG_KEEP_FREE] = { "keep_free", TYPE_BYTES, "0", 0, 1024 * GIB },
	[CONFIG_HISTORY] = { "history", TYPE_COUNT, "50", 1, 1000 },
	[CONFIG_UNPACK_FACTOR] = { "unpack_factor", TYPE_COUNT, "4", 1, 20 },
	[CONFIG_DISTRIBUTION_CRASHKERNEL] = { "distribution_crashkernel",
					      TYPE_ARGS, "" },
	[CONFIG_CRASHKERNEL_X86_64] = { "crashkernel_x86_64", TYPE_RANGES, "" },
	[CONFIG_CRASHKERNEL_AARCH64] = { "crashkernel_aarch64", TYPE_RANGES,
					 "" },
	[CONFIG_CRASHKERNEL_AARCH64_64K] = { "crashkernel_aarch64_64k",
					     TYPE_RANGES, "" },
	[CONFIG_CRASHKERNEL_PPC64LE] = { "crashkernel_ppc64le", TYPE_RANGES,
					 "" },
	[CONFIG_CRASHKERNEL_S390X] = { "crashkernel_s390x", TYPE_RANGES, "" },
	[CONFIG_CRASHKERNEL_RISCV64] = { "crashkernel_riscv64", TYPE_RANGES,
					 "" },
	[CONFIG_CRASHKERNEL_LOONGARCH64] = { "crashkernel_loongarch64",
					     TYPE_RANGES, "" },
};

__attribute__((format(printf, 3, 4))) static int refuse(char *why, size_t size,
							const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why, size, format, args);
	va_end(args);
	return -EINVAL;
}

const char *config_local_target(const struct config *config)
{
	const char *target = config_text(config, CONFIG_TARGET);

	return remote_is(target) ? config_text(config, CONFIG_TARGET_FALLBACK)
				 : target;
}

enum config_key config_find(const char *name)
{
	for (int i = 0; i < CONFIG_KEYS; i++)
		if (!strcmp(keys[i].name, name))
			return i;
	return CONFIG_KEYS;
}

static const char *key_name(size_t i)
{
	return keys[i].name;
}

const char *config_nearest(const char *name)
{
	return nearest(name, key_name, CONFIG_KEYS);
}

void config_error_print(const struct config_error *error)
{
	struct text rest = text_of(error->text), line;

	while (text_split(&rest, '\n', &line))
		fprintf(stderr, "kdump-dma: %.*s\n", (int)line.len, line.at);
}

const char *config_name(enum config_key key)
{
	return key < CONFIG_KEYS ? keys[key].name : "?";
}

bool config_is_number(enum config_key key)
{
	enum type type = keys[key].type;

	return type != TYPE_PATH && type != TYPE_TARGET &&
	       type != TYPE_REMOTE && type != TYPE_FALLBACK &&
	       type != TYPE_WORD && type != TYPE_ARGS;
}

static bool starts(const char *text, const char *prefix)
{
	return !strncmp(text, prefix, strlen(prefix));
}

/* Parse the leading digits. *rest is set to what follows them. */
static int parse_digits(const char *text, uint64_t *number, const char **rest)
{
	char *end;

	*number = 0;
	if (!isdigit((unsigned char)*text))
		return -EINVAL;
	errno = 0;
	*number = strtoull(text, &end, 10);
	if (errno)
		return -ERANGE;
	*rest = end;
	return 0;
}

static const struct suffix {
	const char *text;
	uint64_t factor;
} seconds[] = { { "", 1 }, { "s", 1 }, { "min", 60 }, { "h", 3600 }, { 0 } },
  bytes[] = { { "", 1 }, { "K", KIB }, { "M", MIB }, { "G", GIB }, { 0 } },
  plain[] = { { "", 1 }, { 0 } }, percent[] = { { "", 1 }, { "%", 1 }, { 0 } };

static int parse_amount(const char *text, const struct suffix *suffix,
			uint64_t *number)
{
	const char *rest;
	int err = parse_digits(text, number, &rest);

	if (err)
		return err;
	for (; suffix->text; suffix++) {
		if (strcmp(rest, suffix->text))
			continue;
		if (__builtin_mul_overflow(*number, suffix->factor, number))
			return -ERANGE;
		return 0;
	}
	return -EINVAL;
}

static int check_amount(const struct key *key, const char *text,
			const struct suffix *suffix, const char *example,
			uint64_t *number, char *why, size_t size)
{
	if (parse_amount(text, suffix, number))
		return refuse(why, size, "%s: not %s", key->name, example);
	if (*number < key->min || *number > key->max)
		return refuse(why, size,
			      "%s: must be from %" PRIu64 " to %" PRIu64,
			      key->name, key->min, key->max);
	return 0;
}

/* Set *number to the index of text in the key's words; false: not there. */
static bool find_word(const struct key *key, struct text text, uint64_t *number)
{
	const char *word = key->words;

	for (*number = 0; word; ++*number) {
		size_t n = strcspn(word, "|");

		if (n == text.len && !strncmp(word, text.at, n))
			return true;
		word = word[n] ? word + n + 1 : NULL;
	}
	return false;
}

static int check_enum(const struct key *key, const char *text, uint64_t *number,
		      char *why, size_t size)
{
	if (find_word(key, text_of(text), number))
		return 0;
	return refuse(why, size, "%s: not one of %s", key->name, key->words);
}

/* Check a list of the key's words; *number gets one bit for each. */
static int check_list(const struct key *key, const char *text, uint64_t *number,
		      char *why, size_t size)
{
	struct text rest = text_of(text), word;
	uint64_t bit;

	for (*number = 0; text_word(&rest, &word);
	     *number |= UINT64_C(1) << bit)
		if (!find_word(key, word, &bit))
			return refuse(why, size, "%s: %.*s is not one of %s",
				      key->name,
				      word.len > 40 ? 40 : (int)word.len,
				      word.at, key->words);
	return 0;
}

static int check_path(const struct key *key, const char *text, char *why,
		      size_t size)
{
	if (text[0] != '/')
		return refuse(why, size, "%s: not an absolute path", key->name);
	if (!text_only(text_of(text), "/._-+@:,=%"))
		return refuse(why, size,
			      "%s: only letters, digits and /._-+@:,=%% here",
			      key->name);
	if (key->max && strlen(text) > key->max)
		return refuse(why, size, "%s: longer than %" PRIu64 " bytes",
			      key->name, key->max);
	if (strstr(text, "/../") ||
	    (strlen(text) >= 3 && !strcmp(text + strlen(text) - 3, "/..")))
		return refuse(why, size, "%s: \"..\" is not allowed",
			      key->name);
	return 0;
}

static int check_target(const struct key *key, const char *text, char *why,
			size_t size)
{
	static const char *const tags[] = { "UUID=", "LABEL=", "PARTUUID=",
					    "PARTLABEL=" };

	if (!strcmp(text, "auto"))
		return 0;
	if (starts(text, "/dev/") && text[5])
		return check_path(key, text, why, size);
	for (size_t i = 0; i < ARRAY_SIZE(tags); i++)
		if (starts(text, tags[i]) && text[strlen(tags[i])] &&
		    text_only(text_of(text + strlen(tags[i])), "._-+@:"))
			return 0;
	return refuse(why, size,
		      "%s: not auto, UUID=, LABEL=, PARTUUID=, PARTLABEL= or a "
		      "path below /dev",
		      key->name);
}

static int check_remote(const struct key *key, const char *text, char *why,
			size_t size)
{
	struct remote remote;
	const char *wrong;

	if (!remote_is(text))
		return check_target(key, text, why, size);
	if (!remote_parse(text, &remote, &wrong))
		return 0;
	return refuse(why, size, "%s: %s", key->name, wrong);
}

/*
 * Ranges have to rise and must not overlap, so that a person can check them by
 * eye. An empty value means no table for this architecture.
 */
static int check_ranges(const struct key *key, const char *text, char *why,
			size_t size)
{
	struct crashkernel table;
	uint64_t previous = 0;
	bool good;

	if (!*text)
		return 0;
	good = !crashkernel_parse((struct text){ text, strlen(text) },
				  &table) &&
	       table.kind == CRASHKERNEL_RANGES && !table.have_offset;
	for (size_t i = 0; good && i < table.ranges_count; i++) {
		good = table.ranges[i].start_bytes >= previous;
		previous = table.ranges[i].end_bytes;
	}
	if (good)
		return 0;
	return refuse(why, size,
		      "%s: not rising ranges like 2G-64G:256M,64G-:512M",
		      key->name);
}

/* makedumpfile(8): -d takes levels from 0 to 31, several with commas. */
static bool has_wrong_level(const char *args)
{
	struct text rest = text_of(args), word, level;
	uint64_t number;

	while (text_word(&rest, &word)) {
		if (!text_skip(&word, "-d") ||
		    (word.len && !isdigit((unsigned char)word.at[0])))
			continue;
		if (!word.len && !text_word(&rest, &word))
			return true;
		while (text_split(&word, ',', &level))
			if (text_number(level, 10, &number) || number > 31)
				return true;
	}
	return false;
}

static int check_args(const struct key *key, const char *text, char *why,
		      size_t size)
{
	if (!text_only(text_of(text), " /._-+@:,=%"))
		return refuse(
			why, size,
			"%s: only letters, digits, blanks and /._-+@:,=%% here",
			key->name);
	if (key == &keys[CONFIG_COLLECTOR_ARGS] && has_wrong_level(text))
		return refuse(why, size,
			      "%s: no such dump level: -d takes 0 to 31",
			      key->name);
	return 0;
}

#define SIZE_EXAMPLE                                                           \
	"a size like 64M (K, M or G, in upper case and without a blank)"

static int check(const struct key *key, const char *text, uint64_t *number,
		 char *why, size_t size)
{
	switch (key->type) {
	case TYPE_PATH:
		return check_path(key, text, why, size);
	case TYPE_FALLBACK:
		if (!strcmp(text, "none"))
			return 0;
		/* fall through */
	case TYPE_TARGET:
		return check_target(key, text, why, size);
	case TYPE_REMOTE:
		return check_remote(key, text, why, size);
	case TYPE_WORD:
		if (*text && text_only(text_of(text), "/._-+"))
			return 0;
		return refuse(why, size,
			      "%s: only letters, digits and /._-+ here",
			      key->name);
	case TYPE_ARGS:
		return check_args(key, text, why, size);
	case TYPE_ENUM:
		return check_enum(key, text, number, why, size);
	case TYPE_LIST:
		return check_list(key, text, number, why, size);
	case TYPE_SECONDS:
		return check_amount(key, text, seconds,
				    "a time like 300, 5min or 1h", number, why,
				    size);
	case TYPE_BYTES:
		return check_amount(key, text, bytes, SIZE_EXAMPLE, number, why,
				    size);
	case TYPE_MIB:
		if (!parse_amount(text, bytes, number) && *number % MIB)
			return refuse(why, size, "%s: not in whole MiB",
				      key->name);
		return check_amount(key, text, bytes, SIZE_EXAMPLE, number, why,
				    size);
	case TYPE_PERCENT:
		return check_amount(key, text, percent, "a percentage like 25",
				    number, why, size);
	case TYPE_COUNT:
		return check_amount(key, text, plain, "a number", number, why,
				    size);
	case TYPE_RANGES:
		return check_ranges(key, text, why, size);
	}
	return -EINVAL;
}

int config_set(struct config *config, enum config_key key, const char *text,
	       const char *origin, char *why, size_t why_size)
{
	struct config_value *value = &config->value[key];
	uint64_t number = 0;
	int err;

	if (strlen(text) >= sizeof(value->text))
		return refuse(why, why_size, "%s: value longer than %zu bytes",
			      keys[key].name, sizeof(value->text) - 1);
	/* An empty value means the built-in one, as in systemd's files. */
	if (!*text)
		text = keys[key].preset;
	err = check(&keys[key], text, &number, why, why_size);
	if (err)
		return err;
	snprintf(value->text, sizeof(value->text), "%s", text);
	/* Store "1h" as seconds, for programs that read this one value. */
	if (keys[key].type == TYPE_SECONDS)
		snprintf(value->text, sizeof(value->text), "%" PRIu64, number);
	value->number = number;
	snprintf(value->origin, sizeof(value->origin), "%s", origin);
	return 0;
}

void config_init(struct config *config)
{
	char why[CONFIG_ERROR_MAX];

	memset(config, 0, sizeof(*config));
	for (int i = 0; i < CONFIG_KEYS; i++)
		if (config_set(config, i, keys[i].preset, "built in", why,
			       sizeof(why)))
			abort(); /* a mistake in the table above */
}

static char *trim(char *text)
{
	char *end = text + strlen(text);

	while (end > text && isspace((unsigned char)end[-1]))
		end--;
	*end = '\0';
	while (isspace((unsigned char)*text))
		text++;
	return text;
}

/* A key of an earlier version: it is ignored, the file's other keys count. */
static bool is_former(const char *name)
{
	return !strcmp(name, "cma") || !strcmp(name, "shrink_now");
}

/* line is a copy that may be cut up. */
static int parse_line(struct config *config, char *line, const char *origin,
		      char *why, size_t size)
{
	char *name, *value;
	enum config_key key;

	line[strcspn(line, "#")] = '\0'; /* '#' is in no value's alphabet */
	name = trim(line);
	if (!*name)
		return 0;
	value = strchr(name, '=');
	if (!value)
		return refuse(why, size, "no \"=\" in this line");
	*value++ = '\0';
	name = trim(name);
	value = trim(value);
	if (is_former(name))
		return 0;
	key = config_find(name);
	if (key == CONFIG_KEYS) {
		char shown[41];

		const char *near = config_nearest(name);

		text_copy(text_of(name), shown, sizeof(shown));
		return refuse(why, size, "no such key: %s%s%s%s", shown,
			      near ? "; did you mean " : "", near ? near : "",
			      near ? "?" : "");
	}
	return config_set(config, key, value, origin, why, size);
}

static void add_error(struct config_error *error, const char *origin,
		      const char *why)
{
	size_t len = strlen(error->text);

	snprintf(error->text + len, sizeof(error->text) - len, "%s%s: %s",
		 len ? "\n" : "", origin, why);
}

int config_parse(struct config *config, const char *name, const char *buf,
		 size_t len, struct config_error *error)
{
	static const char mark[] = "\xef\xbb\xbf"; /* of UTF-8 */
	const char *end = buf + len;
	unsigned int number = 1;
	int first = 0;

	error->text[0] = '\0';
	if (len > CONFIG_FILE_MAX)
		return refuse(error->text, sizeof(error->text),
			      "%s:1: file larger than %d bytes", name,
			      CONFIG_FILE_MAX);
	if (len >= strlen(mark) && !memcmp(buf, mark, strlen(mark)))
		buf += strlen(mark);
	for (const char *at = buf; at < end; number++) {
		const char *newline = memchr(at, '\n', end - at);
		size_t n = (newline ? newline : end) - at;
		char line[CONFIG_LINE_MAX + 1], origin[CONFIG_ORIGIN_MAX];
		char why[CONFIG_ERROR_MAX / 2];
		int err = 0;

		snprintf(origin, sizeof(origin), "%s:%u", name, number);
		if (n > CONFIG_LINE_MAX)
			err = refuse(why, sizeof(why),
				     "line longer than %d bytes",
				     CONFIG_LINE_MAX);
		else if (memchr(at, '\0', n))
			err = refuse(why, sizeof(why), "a NUL byte");
		if (!err) {
			memcpy(line, at, n);
			line[n] = '\0';
			err = parse_line(config, line, origin, why,
					 sizeof(why));
		}
		if (err)
			add_error(error, origin, why);
		if (!first)
			first = err;
		at = newline ? newline + 1 : end;
	}
	return first;
}

void config_append(const struct config *config, char out[CONFIG_APPEND_MAX])
{
	snprintf(out, CONFIG_APPEND_MAX, "%s",
		 config_text(config, CONFIG_APPEND));
	/* There is room for two values and a blank. */
	(void)!cmdline_put(out, CONFIG_APPEND_MAX,
			   config_text(config, CONFIG_APPEND_PLAN));
}

bool config_lists_default(const struct config *config, struct text words)
{
	struct text list =
		text_of(config_text(config, CONFIG_DISTRIBUTION_CRASHKERNEL));
	struct text word;

	if (!text_skip(&words, "crashkernel="))
		return false;
	while (text_word(&list, &word))
		if (text_same(word, words))
			return true;
	return false;
}
