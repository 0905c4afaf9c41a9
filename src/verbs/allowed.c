// SPDX-License-Identifier: GPL-2.0-or-later
#include "verbs/allowed.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "config/kdumpconf.h"
#include "config/shellconf.h"
#include "facts/encryption.h"
#include "facts/iomem.h"
#include "lib/macros.h"
#include "lib/plain_words.h"
#include "lib/when.h"
#include "peers/boot_words.h"
#include "peers/booted.h"
#include "peers/bootloader.h"
#include "peers/peer_paths.h"
#include "peers/shell_variable.h"
#include "peers/sysconfig.h"

static unsigned int alias_number(struct aliases *aliases, const char *name)
{
	char **more;

	for (size_t i = 0; i < aliases->count; i++)
		if (!strcmp(aliases->names[i], name))
			return (unsigned int)i + 1;
	more = realloc(aliases->names, (aliases->count + 1) * sizeof(*more));
	if (!more)
		return 0;
	aliases->names = more;
	more[aliases->count] = strdup(name);
	if (!more[aliases->count])
		return 0;
	return (unsigned int)++aliases->count;
}

void allowed_free(struct aliases *aliases)
{
	for (size_t i = 0; i < aliases->count; i++)
		free(aliases->names[i]);
	free(aliases->names);
	memset(aliases, 0, sizeof(*aliases));
}

/* In place, as long as a UUID; "" stays "". */
static void alias_boot_id(struct aliases *aliases, char *id, size_t size)
{
	if (id[0])
		snprintf(id, size, "00000000-0000-4000-8000-%012u",
			 alias_number(aliases, id));
}

/* ---- /proc --------------------------------------------------------------- */

void allowed_cmdline(struct aliases *aliases, FILE *to, const char *buf,
		     size_t len)
{
	char *out = malloc(len + 2);

	(void)aliases;
	if (len > 0 && buf[len - 1] == '\n')
		len--;
	if (!out)
		return;
	plain_words((struct text){ buf, len }, out, len + 2);
	fprintf(to, "%s\n", out);
	free(out);
}

void allowed_loader(struct aliases *aliases, FILE *to, const char *buf,
		    size_t len)
{
	static const char *const known[] = { "systemd-boot", "systemd-stub",
					     "GRUB", "other" };
	char text[64];
	size_t i = 0;

	(void)aliases;
	if (!booted_efi_text(buf, len, text, sizeof(text)))
		return;
	while (i < 3 && strncmp(text, known[i], strlen(known[i])))
		i++;
	fwrite("\6\0\0\0", 1, 4, to);
	for (const char *at = known[i]; *at; at++)
		fprintf(to, "%c%c", *at, '\0');
	fwrite("\0\0", 1, 2, to);
}

void allowed_boot_id(struct aliases *aliases, FILE *to, const char *buf,
		     size_t len)
{
	char id[40] = "";

	if (len >= 36)
		text_copy((struct text){ buf, 36 }, id, sizeof(id));
	alias_boot_id(aliases, id, sizeof(id));
	fprintf(to, "%s\n", id);
}

void allowed_iomem_line(void *arg, const struct line *line)
{
	static const char *const names[] = { "System RAM", "Crash kernel",
					     "Reserved", "reserved" };
	struct text text = text_trim(line->text), address;
	const char *name = "other";
	struct range range;

	if (line->cut || line->unended || !text_word(&text, &address) ||
	    !text_skip(&text, " : ") || iomem_range_parse(address, &range)) {
		fputs("?\n", arg);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (text_equal(text, names[i]))
			name = names[i];
	fprintf(arg, "%s%.*s : %s\n", text_starts(line->text, " ") ? "  " : "",
		(int)address.len, address.at, name);
}

void allowed_meminfo_line(void *arg, const struct line *line)
{
	static const char *const keys[] = { "MemTotal",	    "MemFree",
					    "MemAvailable", "Buffers",
					    "Cached",	    "AnonPages" };
	struct text rest = line->text, key, number, unit;
	uint64_t kib;

	if (!text_split(&rest, ':', &key) || !text_word(&rest, &number) ||
	    !text_word(&rest, &unit) || !text_equal(unit, "kB") ||
	    text_number(number, 10, &kib))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (text_equal(key, keys[i]))
			fprintf(arg, "%s: %" PRIu64 " kB\n", keys[i], kib);
}

/* plan asks whether vmstat has any line at all, so one line is kept. */
void allowed_vmstat_line(void *arg, const struct line *line)
{
	static const char *const keys[] = { "pgalloc_dma", "allocstall_dma",
					    "nr_free_pages" };
	struct text rest = line->text, key;
	uint64_t number;

	if (line->cut || line->unended || !text_word(&rest, &key))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (text_equal(key, keys[i]) &&
		    !text_number(text_trim(rest), 10, &number)) {
			fprintf(arg, "%s %" PRIu64 "\n", keys[i], number);
			return;
		}
	if (ftello(arg) == 0)
		fputs("nr_free_pages 0\n", arg);
}

/* "Node 0, zone      DMA" */
static void zone_to(FILE *to, struct text rest)
{
	struct text number, name;
	uint64_t node;
	bool good = text_split(&rest, ',', &number) &&
		    !text_number(number, 10, &node) &&
		    text_skip(&rest, " zone ") && text_word(&rest, &name) &&
		    !text_trim(rest).len && name.len <= 16;

	for (size_t i = 0; good && i < name.len; i++)
		good = (name.at[i] >= 'A' && name.at[i] <= 'Z') ||
		       (name.at[i] >= 'a' && name.at[i] <= 'z') ||
		       (name.at[i] >= '0' && name.at[i] <= '9');
	if (good)
		fprintf(to, "Node %" PRIu64 ", zone %.*s\n", node,
			(int)name.len, name.at);
	else
		fputs("Node ?\n", to);
}

static void pages_to(FILE *to, const char *key, struct text rest)
{
	uint64_t pages;

	if (text_number(text_trim(rest), 10, &pages))
		fprintf(to, "%s ?\n", key);
	else
		fprintf(to, "%s %" PRIu64 "\n", key, pages);
}

void allowed_zoneinfo_line(void *arg, const struct line *line)
{
	static const char *const keys[] = { "spanned", "present", "managed",
					    "start_pfn:" };
	struct text rest = line->text, key;

	if (line->cut || line->unended || text_skip(&rest, "Node ")) {
		zone_to(arg, line->cut || line->unended ? text_of("") : rest);
		return;
	}
	if (ftello(arg) == 0)
		fputs("?\n", arg);
	for (size_t i = 0; i < rest.len; i++)
		if (rest.at[i] < ' ' || rest.at[i] > '~') {
			fputs("Node ?\n", arg);
			return;
		}
	if (!text_word(&rest, &key))
		return;
	if (text_equal(key, "protection:"))
		fputs("protection: (0)\n", arg);
	if (text_equal(key, "pages")) {
		if (text_word(&rest, &key) && text_equal(key, "free"))
			pages_to(arg, "pages free", rest);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (text_equal(key, keys[i]))
			pages_to(arg, keys[i], rest);
}

struct flags {
	FILE *to;
	unsigned int bits;
};

/* Of the flags only those of memory encryption; each of them once. */
static void cpuinfo_line_to(void *arg, const struct line *line)
{
	static const char key[] = "flags\t\t:";
	struct flags *flags = arg;
	struct text rest = line->text, word;

	if (!text_skip(&rest, key))
		return;
	while (text_word(&rest, &word)) {
		char one[64];
		int n = snprintf(one, sizeof(one), "%s %.*s", key,
				 (int)word.len, word.at);
		struct line alone = { .text = { one, strlen(one) } };
		unsigned int bits = flags->bits;

		if ((size_t)n >= sizeof(one))
			continue;
		encryption_cpuinfo_line(&bits, &alone);
		if (bits != flags->bits)
			fprintf(flags->to, "%s\n", one);
		flags->bits = bits;
	}
}

void allowed_cpuinfo(struct aliases *aliases, FILE *to, const char *buf,
		     size_t len)
{
	struct flags flags = { .to = to };

	(void)aliases;
	lines_of(buf, len, cpuinfo_line_to, &flags);
}

/* ---- sysfs --------------------------------------------------------------- */

void allowed_numbers(struct aliases *aliases, FILE *to, const char *buf,
		     size_t len)
{
	struct text rest = { buf, len }, line;

	(void)aliases;
	while (text_split(&rest, '\n', &line))
		fprintf(to, "%.*s\n",
			plain_words_value(line) ? (int)line.len : 1,
			plain_words_value(line) ? line.at : "?");
}

void allowed_memmap_type(struct aliases *aliases, FILE *to, const char *buf,
			 size_t len)
{
	(void)aliases;
	fputs(text_equal((struct text){ buf, len }, "System RAM\n")
		      ? "System RAM\n"
		      : "other\n",
	      to);
}

/* ---- boot loader --------------------------------------------------------- */

/* A variable of the shell that reads the file may stand for all or a part. */
static bool is_variable(struct text value)
{
	for (size_t i = 0; i < value.len; i++)
		if (value.at[i] != '$' && value.at[i] != '_' &&
		    value.at[i] != '{' && value.at[i] != '}' &&
		    !(value.at[i] >= 'A' && value.at[i] <= 'Z') &&
		    !(value.at[i] >= 'a' && value.at[i] <= 'z'))
			return false;
	return text_starts(value, "$");
}

#define CRASHKERNEL "crashkernel="

static void crashkernel_to(FILE *to, struct text line, const char *first)
{
	struct boot_scan scan = { .is_plain = !*first };
	struct text value;
	bool any = false;

	boot_scan_line(&scan, line);
	while (boot_scan_next(&scan, &value)) {
		if (!plain_words_value(value) && !is_variable(value))
			value = text_of(text_contains(value, "$") ? "$x"
								  : "other");
		fprintf(to, "%s" CRASHKERNEL "%.*s", any ? " " : first,
			(int)value.len, value.at);
		any = true;
	}
	if (any)
		fprintf(to, "%s\n", *first ? "\"" : "");
}

void allowed_grub_line(void *arg, const struct line *line)
{
	struct text text = text_trim(line->text);

	if (text_starts(text, "#"))
		return;
	crashkernel_to(arg, text,
		       text_starts(text, "GRUB_CMDLINE_LINUX_DEFAULT=")
			       ? "GRUB_CMDLINE_LINUX_DEFAULT=\""
			       : "GRUB_CMDLINE_LINUX=\"");
}

void allowed_kernel_cmdline_line(void *arg, const struct line *line)
{
	struct text text = text_trim(line->text);

	if (!text_starts(text, "#"))
		crashkernel_to(arg, text, "");
}

/* ---- backends ------------------------------------------------------------ */

enum kind {
	KIND_WORDS,  /* of the capture kernel's command line */
	KIND_SWITCH, /* a number but 0, or not */
	KIND_SIZE,   /* a size, or auto */
	KIND_SET,    /* set, or not; to what is somebody's */
	KIND_YES,    /* true, or what is not */
	KIND_NUMBER, /* up to 9999 */
};

struct variable {
	const char *key;
	enum kind kind;
};

/* "auto", or words each of which is crashkernel= and a size. */
static bool is_size(struct text value)
{
	struct text word;

	if (plain_words_value(value))
		return true;
	while (text_word(&value, &word))
		if (!text_skip(&word, CRASHKERNEL) || !plain_words_value(word))
			return false;
	return true;
}

static void value_to(struct aliases *aliases, FILE *to, enum kind kind,
		     const char *value)
{
	char words[BOOT_WORDS_MAX];

	if (!shellconf_is_safe(value)) {
		/* All unsafe values look the same; plan refuses each. */
		fputs("'\"'\n", to);
		return;
	}
	plain_words(text_of(value), words, sizeof(words));
	if (kind == KIND_WORDS)
		fprintf(to, "\"%s\"\n", words);
	else if (kind == KIND_YES)
		fprintf(to, "\"%s\"\n",
			sysconfig_is_yes(value) ? "true" : "false");
	else if (kind == KIND_SWITCH)
		fprintf(to, "\"%d\"\n", shell_variable_is_nonzero(value));
	else if (kind == KIND_NUMBER)
		fprintf(to, "\"%s\"\n",
			strspn(value, "0123456789") < strlen(value) ||
					strlen(value) > 4
				? ""
				: value);
	else if (!value[0] || (kind == KIND_SIZE && is_size(text_of(value))))
		fprintf(to, "\"%s\"\n", value);
	else
		fprintf(to, "\"other-%u\"\n", alias_number(aliases, value));
}

static void variables_to(struct aliases *aliases, FILE *to, const char *buf,
			 size_t len, const struct variable variables[])
{
	for (; variables->key; variables++) {
		char value[BOOT_WORDS_MAX];
		int err = shellconf_get(buf, len, variables->key, value,
					sizeof(value));

		if (err == -ENOENT)
			continue;
		fprintf(to, "%s=", variables->key);
		if (err)
			fputs("$not_understood\n", to);
		else
			value_to(aliases, to, variables->kind, value);
	}
}

void allowed_kdump_tools(struct aliases *aliases, FILE *to, const char *buf,
			 size_t len)
{
	static const struct variable variables[] = {
		{ "USE_KDUMP", KIND_SWITCH }, { KEY_KDUMP_TOOLS, KIND_WORDS },
		{ "NFS", KIND_SET },	      { "SSH", KIND_SET },
		{ "FTP", KIND_SET },	      { NULL },
	};

	variables_to(aliases, to, buf, len, variables);
}

void allowed_sysconfig(struct aliases *aliases, FILE *to, const char *buf,
		       size_t len)
{
	static const struct variable variables[] = {
		{ KEY_SYSCONFIG, KIND_WORDS },
		{ KEY_SUSE_SIZE, KIND_SIZE },
		{ KEY_SUSE_UPDATE, KIND_YES },
		{ KEY_SUSE_CPUS, KIND_NUMBER },
		{ "KDUMP_COMMANDLINE", KIND_WORDS },
		{ NULL },
	};

	variables_to(aliases, to, buf, len, variables);
}

/* The line with kdump-config's own default, see backend.c. */
void allowed_kdump_config(struct aliases *aliases, FILE *to, const char *buf,
			  size_t len)
{
	static const char mark[] = KEY_KDUMP_TOOLS "=${" KEY_KDUMP_TOOLS ":=\"";
	struct text rest = { buf, len }, line, value;
	char words[BOOT_WORDS_MAX];

	(void)aliases;
	fputs("#!/bin/sh\n", to);
	while (text_split(&rest, '\n', &line)) {
		if (!text_skip(&line, mark) ||
		    !text_split(&line, '"', &value) || !text_equal(line, "}") ||
		    value.len >= sizeof(words))
			continue;
		plain_words(value, words, sizeof(words));
		fprintf(to, "%s%s\"}\n", mark, words);
		return;
	}
}

/* Options by name. Where the dump goes to is not told, only that it does. */
void allowed_kdump_conf_line(void *arg, const struct line *line)
{
	struct text key, value, word;

	if (!kdumpconf_pair(line->text, &key, &value))
		return;
	if (kdumpconf_is_elsewhere(key, value))
		fprintf(arg, "%.*s %sother\n", (int)key.len, key.at,
			text_equal(key, "dracut_args") ? "--mount " : "");
	if (text_equal(key, KEY_AUTO_RESET) && text_word(&value, &word))
		fprintf(arg, KEY_AUTO_RESET " %s\n",
			text_equal(word, "no") ? "no" : "yes");
}

/* ---- our own ------------------------------------------------------------- */

static void values_to(FILE *to, struct text list)
{
	struct text word;

	while (text_word(&list, &word))
		if (plain_words_value(word))
			fprintf(to, " %.*s", (int)word.len, word.at);
	fputc('\n', to);
}

void allowed_config(struct aliases *aliases, FILE *to, const char *buf,
		    size_t len)
{
	static struct config config;
	char words[CONFIG_VALUE_MAX];
	struct config_error error;

	(void)aliases;
	config_init(&config);
	if (config_parse(&config, "", buf, len, &error))
		return;
	for (int key = 0; key < CONFIG_KEYS; key++) {
		const char *value = config_text(&config, key);

		if (!strcmp(config.value[key].origin, "built in"))
			continue;
		if (config_is_number(key)) {
			fprintf(to, "%s = %s\n", config_name(key), value);
		} else if (key == CONFIG_APPEND || key == CONFIG_APPEND_PLAN) {
			plain_words(text_of(value), words, sizeof(words));
			fprintf(to, "%s = %s\n", config_name(key), words);
		} else if (key == CONFIG_DISTRIBUTION_CRASHKERNEL) {
			fprintf(to, "%s =", config_name(key));
			values_to(to, text_of(value));
		}
	}
}

/* /run/kdump-dma/stale: the native backend's sentence, by its date */
void allowed_stale(struct aliases *aliases, FILE *to, const char *buf,
		   size_t len)
{
	struct text rest = { buf, len }, date;

	(void)aliases;
	if (text_skip(&rest, "the capture image of ") &&
	    text_word(&rest, &date) && date.len == 10 &&
	    plain_words_value(date) && text_starts(rest, " is loaded: "))
		fprintf(to,
			"the capture image of %.*s is loaded: ", (int)date.len,
			date.at);
	fputs("it may be out of date, because no new one could be built "
	      "(journalctl -u kdump-dma.service)\n",
	      to);
}

/* crashkernel= words with values of the kernel's, and nothing else */
static bool are_plain(const char *text)
{
	struct text rest = text_of(text), word;

	while (text_word(&rest, &word))
		if (!text_skip(&word, CRASHKERNEL) || !plain_words_value(word))
			return false;
	return true;
}

void allowed_asked(struct asked *asked)
{
	size_t kept = 0, skip = strlen(CHANGED_BY_HAND);

	for (size_t i = 0; i < asked->count; i++) {
		const char *words = asked->defaults[i].words;

		if (are_plain(strncmp(words, CHANGED_BY_HAND, skip)
				      ? words
				      : words + skip))
			asked->defaults[kept++] = asked->defaults[i];
	}
	asked->count = kept;
}

static void keep_plain(struct ours_list *list, bool is_pool)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->count; i++)
		if (is_pool ? plain_words_value(text_of(list->value[i]))
			    : are_plain(list->value[i]))
			memmove(list->value[kept++], list->value[i],
				sizeof(list->value[i]));
	list->count = kept;
}

void allowed_ours(struct ours *ours)
{
	keep_plain(&ours->crashkernel, false);
	keep_plain(&ours->pool, true);
}

void allowed_applied(struct aliases *aliases, FILE *to, struct applied applied)
{
	alias_boot_id(aliases, applied.boot_id, sizeof(applied.boot_id));
	applied_print(to, &applied);
}

void allowed_boot(struct aliases *aliases, FILE *to, struct boot boot)
{
	alias_boot_id(aliases, boot.boot_id, sizeof(boot.boot_id));
	memset(boot.former_id, 0, sizeof(boot.former_id));
	boot.machine_id[0] = '\0';
	boot.have_seen = false;
	boot.seen_count = 0;
	boot_print(to, &boot);
}

void allowed_history(struct aliases *aliases, FILE *to,
		     const struct history *history)
{
	struct history plain = *history;

	plain.captures = calloc(history->count + 1, sizeof(*plain.captures));
	if (!plain.captures)
		return;
	for (size_t i = 0; i < history->count; i++) {
		struct capture *capture = &plain.captures[i];

		*capture = history->captures[i];
		snprintf(capture->id, sizeof(capture->id), "%zu", i + 1);
		alias_boot_id(aliases, capture->boot_id,
			      sizeof(capture->boot_id));
		capture->machine_id[0] = '\0';
		if (!when_seconds(capture->when))
			capture->when[0] = '\0';
	}
	history_print(to, &plain);
	free(plain.captures);
}
