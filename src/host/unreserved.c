// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What kernels print: kernel/crash_core.c and arch/.../setup.c of 5.10 and 6.1,
 * kernel/crash_reserve.c of 6.12 to 7.2, mm/init.c of arm64 and riscv,
 * kexec/core.c of powerpc.
 */
#include "host/unreserved.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "config/crashkernel.h"
#include "lib/macros.h"

#define KMSG_BYTES_MAX (UINT64_C(64) << 20)
/* No kernel starts in less. */
#define TINY_BYTES (UINT64_C(16) << 20)

/* How the message begins, behind the name of its file; the first that fits. */
static const struct {
	const char *text;
	enum unreserved_cause cause;
} messages[] = {
	/* x86, arm, mips; s390 */
	{ "crashkernel reservation failed - memory is in use",
	  UNRESERVED_OFFSET },
	{ "crashkernel reservation failed: crash_base", UNRESERVED_OFFSET },
	{ "crashkernel reservation failed", UNRESERVED_NO_ROOM },
	{ "Cannot reserve ", UNRESERVED_LOW },
	/* all of them from 6.7 on, arm64 before */
	{ "cannot allocate crashkernel low memory", UNRESERVED_LOW },
	{ "cannot allocate crashkernel (", UNRESERVED_NO_ROOM },
	{ "cannot reserve crashkernel: ", UNRESERVED_OFFSET },
	/* riscv, powerpc, loongarch and mips */
	{ "crashkernel: couldn't allocate", UNRESERVED_NO_ROOM },
	{ "crashkernel allocation failed", UNRESERVED_NO_ROOM },
	{ "Failed to reserve memory for crashkernel", UNRESERVED_OFFSET },
	{ "Crash kernel can not overlap", UNRESERVED_OFFSET },
	{ "Invalid memory region reserved for crash kernel",
	  UNRESERVED_OFFSET },
	/* what the value is read with */
	{ "crashkernel size resulted in zero bytes", UNRESERVED_NO_RANGE },
	{ "crashkernel: invalid size", UNRESERVED_TOO_LARGE },
	{ "crashkernel: ", UNRESERVED_SYNTAX },
	/* older, and of distributions' own kernels */
	{ "Memory for crashkernel is not specified", UNRESERVED_UNKNOWN },
	{ "Crash kernel is not supported", UNRESERVED_UNKNOWN },
	{ "Ignoring crashkernel", UNRESERVED_UNKNOWN },
	/* it did */
	{ "crashkernel reserved: ", UNRESERVED_GIVEN_BACK },
	{ "crashkernel: reserved ", UNRESERVED_GIVEN_BACK },
};

static const char low_memory[] = "crashkernel low memory";
static const char reserving[] = "Reserving  for crashkernel (System RAM: ";

/* known: the part of it that tells the cause, in words of ours */
static const char *message_cause(struct text text, enum unreserved_cause *cause,
				 const char **known)
{
	(void)(text_skip(&text, "setup: ") || text_skip(&text, "kexec: "));
	for (size_t i = 0; i < ARRAY_SIZE(messages); i++) {
		if (!text_starts(text, messages[i].text))
			continue;
		/* "Cannot reserve 256MB crashkernel low memory" */
		if (messages[i].cause == UNRESERVED_LOW &&
		    !text_contains(text, low_memory))
			continue;
		*cause = messages[i].cause;
		*known = streq(messages[i].text, "Cannot reserve ")
				 ? "Cannot reserve crashkernel low memory"
				 : messages[i].text;
		return text.at;
	}
	if (text_starts(text, "Reserving ") &&
	    text_contains(text, " for crashkernel (System RAM: ")) {
		*cause = UNRESERVED_GIVEN_BACK;
		*known = reserving;
		return text.at;
	}
	return NULL;
}

/* A word of the kernel's messages, or part of a number: 0x1000, 256MB. */
static bool is_known_word(struct text word)
{
	static const char *const words[] = {
		"no",	      "suitable", "area",    "found", "memory",
		"is",	      "in",	  "use",     "size",  "low",
		"for",	      "system",	  "ram",     "at",    "to",
		"not",	      "aligned",  "address", "base",  "crash",
		"overlaps",   "reserved", "region",  "value", "expected",
		"memblock",   "range",	  "end",     "must",  "start",
		"be",	      "of",	  "invalid", "zero",  "resulted",
		"crashkernel"
	};
	static const char hex[] = "abcdefxABCDEFXkKmMgGB";

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (word.len == strlen(words[i]) &&
		    !strncasecmp(word.at, words[i], word.len))
			return true;
	for (size_t i = 0; i < word.len; i++)
		if (!memchr(hex, word.at[i], strlen(hex)))
			return false;
	return true;
}

static bool is_known_text(const char *at)
{
	while (*at) {
		struct text word = { at, 0 };

		while (isalpha((unsigned char)*at))
			at++;
		word.len = (size_t)(at - word.at);
		if (word.len && !is_known_word(word))
			return false;
		at += *at && !isalpha((unsigned char)*at);
	}
	return true;
}

bool unreserved_log_words(struct text text, char *out, size_t size)
{
	enum unreserved_cause cause;
	const char *known = NULL, *message;
	size_t len;

	message = message_cause(text, &cause, &known);
	if (!message)
		return false;
	text_copy(text, out, size);
	len = (size_t)(message - text.at) + strlen(known);
	if (strncmp(message, known, strlen(known)) || len > strlen(out) ||
	    !is_known_text(out + len))
		snprintf(out, size, "%s", known);
	return true;
}

struct looking {
	struct unreserved *out;
	bool over; /* memory was set up: nothing is reserved any more */
};

/* "prio,seq,usec,flags;text": a prio below 8 is the kernel's own. */
static void log_line(void *arg, const struct line *line)
{
	struct looking *looking = arg;
	struct text text = line->text, prefix, part;
	enum unreserved_cause cause;
	const char *message, *known;
	uint64_t prio;

	if (looking->over || text_starts(text, " ") ||
	    !text_split(&text, ';', &prefix) ||
	    !text_split(&prefix, ',', &part) || text_number(part, 10, &prio) ||
	    prio >= 8)
		return;
	looking->over = text_starts(text, "Memory: ");
	message = message_cause(text, &cause, &known);
	if (!message)
		return;
	/* Of several the last: an earlier one may have been tried again. */
	looking->out->cause = cause;
	text.len -= (size_t)(message - text.at);
	text.at = message;
	text_copy(text, looking->out->log, sizeof(looking->out->log));
}

static bool has_auto(const char *words)
{
	struct text rest = text_of(words), word;
	bool last = false;

	while (text_word(&rest, &word))
		last = text_equal(word, "crashkernel=auto");
	return last;
}

/* The kernels of RHEL 7 and 8, 3.10 and 4.18, know it, from 1 or 2 GiB on. */
static bool has_unknown_auto(const char *words, uint32_t version)
{
	return has_auto(words) && version >= KERNEL_VERSION_OF(4, 19);
}

/* crashkernel=256 are bytes; the kernel may well find and reserve them. */
static bool is_tiny(struct crashkernel_result result)
{
	return result.valid &&
	       result.size_bytes + result.cma_bytes < TINY_BYTES;
}

/* The digits of its size end the word, or an offset or suffix follows. */
static bool has_no_unit(const char *words)
{
	const char *size = strrchr(words, '=');
	const char *range = size ? strrchr(size, ':') : NULL;
	const char *end;

	if (!size)
		return false;
	size = (range ? range : size) + 1;
	end = size + strspn(size, "0123456789");
	return end > size && (*end == '\0' || *end == '@' || *end == ',');
}

/* From the words and the size of memory. */
static enum unreserved_cause guess(const struct facts *facts, const char *words,
				   uint64_t ram_bytes,
				   struct crashkernel_result result)
{
	const char *last = strrchr(words, '=');
	struct crashkernel parsed;

	if (has_unknown_auto(words, facts->version))
		return UNRESERVED_AUTO;
	if (!facts->version || !ram_bytes)
		return UNRESERVED_UNKNOWN;
	if (has_auto(words))
		return ram_bytes <= 2 * GIB ? UNRESERVED_AUTO_SMALL
					    : UNRESERVED_UNKNOWN;
	if (is_tiny(result))
		return UNRESERVED_TINY;
	if (result.valid)
		return result.have_offset ? UNRESERVED_OFFSET
					  : UNRESERVED_NO_ROOM;
	if (!last || crashkernel_parse(text_of(last + 1), &parsed))
		return UNRESERVED_SYNTAX;
	if (parsed.kind == CRASHKERNEL_RANGES)
		return UNRESERVED_NO_RANGE;
	return parsed.size_bytes >= ram_bytes ? UNRESERVED_TOO_LARGE
					      : UNRESERVED_SYNTAX;
}

/* "8G-:512M", which gives a smaller machine nothing */
static bool needs_memory(const char *words)
{
	const char *last = strrchr(words, '=');
	struct crashkernel parsed;

	return last && !crashkernel_parse(text_of(last + 1), &parsed) &&
	       parsed.kind == CRASHKERNEL_RANGES &&
	       parsed.ranges[0].start_bytes > 0;
}

/* "0", a choice */
static bool is_zero(const char *words)
{
	const char *last = strrchr(words, '=');
	struct crashkernel parsed;

	return last && !crashkernel_parse(text_of(last + 1), &parsed) &&
	       parsed.kind == CRASHKERNEL_SIMPLE && !parsed.size_bytes;
}

/* Whether something was reserved is known, and is not another's affair. */
static bool is_told(const struct facts *facts)
{
	return (facts->have_iomem || facts->kexec.have_crash_bytes) &&
	       !(facts->have_capture_kernel && facts->is_capture_kernel);
}

static bool reserved_nothing(const struct facts *facts)
{
	if (!is_told(facts))
		return false;
	if (facts->have_iomem && facts->iomem.crash_count > 0)
		return false;
	if (facts->kexec.have_crash_bytes)
		return facts->kexec.crash_bytes == 0;
	return true;
}

void unreserved_find(const struct root *root, const struct facts *facts,
		     const char *words, uint64_t ram_bytes,
		     struct unreserved *out)
{
	struct looking looking = { .out = out };
	struct crashkernel_result result;

	memset(out, 0, sizeof(*out));
	result = crashkernel_evaluate(words, ram_bytes ? ram_bytes : UINT64_MAX,
				      facts->version, facts->machine);
	if (!words[0] || is_zero(words) ||
	    !(reserved_nothing(facts) || (is_tiny(result) && is_told(facts))))
		return;
	if (root_lines(root, KMSG_BYTES_MAX, log_line, &looking, "dev/kmsg"))
		memset(out, 0, sizeof(*out));
	/* The word itself says more than what the kernel says of it. */
	if (!out->log[0] || has_unknown_auto(words, facts->version) ||
	    is_tiny(result))
		out->cause = guess(facts, words, ram_bytes, result);
	out->has_no_unit = has_no_unit(words);
	out->needs_memory = needs_memory(words);
	if (result.valid && out->cause != UNRESERVED_GIVEN_BACK)
		out->asked_bytes = result.size_bytes;
}

static const struct {
	const char *name;
	const char *why;
	const char *remedy;
} causes[UNRESERVED_CAUSES] = {
	[UNRESERVED_UNKNOWN] = { "unknown", "the reason is not known",
				 "see its log early after a boot (dmesg | grep "
				 "-i crash)" },
	[UNRESERVED_AUTO] = { "auto",
			      "only kernels of RHEL 7 and 8 understand "
			      "\"auto\"",
			      "set a size" },
	[UNRESERVED_AUTO_SMALL] = { "auto-small",
				    "it may be too little memory for \"auto\"",
				    "set a size" },
	[UNRESERVED_SYNTAX] = { "syntax",
				"the kernel does not understand the value",
				"correct the value" },
	[UNRESERVED_NO_RANGE] = { "no-range",
				  "none of its ranges fits this machine's "
				  "memory",
				  "set a range or a size" },
	[UNRESERVED_TOO_LARGE] = { "too-large",
				   "it asks for all of the memory, or more",
				   "ask for less" },
	[UNRESERVED_TINY] = { "tiny", "that is too little for any kernel",
			      "give it a size in M" },
	[UNRESERVED_OFFSET] = { "offset",
				"memory at its offset was in use, perhaps by "
				"the kernel itself (KASLR)",
				"leave the offset out" },
	[UNRESERVED_NO_ROOM] = { "no-room",
				 "it found no free memory of that size in one "
				 "piece",
				 "ask for less" },
	[UNRESERVED_LOW] = { "no-low-room",
			     "it found no free memory for the part below 4 GiB",
			     "ask for less of it (crashkernel=...,low)" },
	[UNRESERVED_GIVEN_BACK] = { "given-back",
				    "it was reserved, and given back since "
				    "(kexec_crash_size)",
				    "reboot to have it again" },
};

const char *unreserved_name(enum unreserved_cause cause)
{
	return causes[cause].name;
}

/* No other size is advised where the plan has none for a machine this small. */
static void print_remedy(const struct unreserved *unreserved, char *buf,
			 size_t size)
{
	if (unreserved->too_small_below &&
	    unreserved->cause != UNRESERVED_GIVEN_BACK)
		snprintf(buf, size,
			 "this machine has too little memory for any: from "
			 "%" PRIu64 " MiB on some is reserved",
			 unreserved->too_small_below / MIB);
	else
		snprintf(buf, size, "%s", causes[unreserved->cause].remedy);
}

void unreserved_print(const struct unreserved *unreserved, uint64_t ram_bytes,
		      char *buf, size_t size)
{
	enum unreserved_cause cause = unreserved->cause;
	uint64_t asked = unreserved->asked_bytes;
	bool is_known =
		cause == UNRESERVED_AUTO || cause == UNRESERVED_AUTO_SMALL ||
		cause == UNRESERVED_SYNTAX || cause == UNRESERVED_NO_RANGE ||
		cause == UNRESERVED_TOO_LARGE;
	char why[160], remedy[120];

	print_remedy(unreserved, remedy, sizeof(remedy));
	if (cause == UNRESERVED_TINY) {
		if (unreserved->has_no_unit)
			snprintf(buf, size,
				 "that are %" PRIu64 " bytes, for its size has "
				 "no unit; did somebody mean %" PRIu64 "M?",
				 asked, asked);
		else
			snprintf(buf, size, "%s (%" PRIu64 " KiB); %s",
				 causes[cause].why, asked / 1024, remedy);
		return;
	}
	if (ram_bytes &&
	    (cause == UNRESERVED_NO_RANGE || cause == UNRESERVED_AUTO_SMALL ||
	     cause == UNRESERVED_TOO_LARGE))
		snprintf(why, sizeof(why), "%s (%" PRIu64 " MiB of memory)",
			 causes[cause].why, ram_bytes / MIB);
	else
		snprintf(why, sizeof(why), "%s%s", causes[cause].why,
			 cause == UNRESERVED_NO_ROOM && unreserved->needs_memory
				 ? ", or less memory at its boot than the "
				   "ranges ask for"
				 : "");
	if (unreserved->log[0] && cause != UNRESERVED_GIVEN_BACK)
		snprintf(buf, size, "%s%sits log says \"%s\"; %s",
			 is_known ? why : "", is_known ? ", and " : "",
			 unreserved->log, remedy);
	else if (is_known || unreserved->log[0] || cause == UNRESERVED_UNKNOWN)
		snprintf(buf, size, "%s; %s", why, remedy);
	else
		snprintf(buf, size,
			 "%s: its log says why (dmesg | grep -i crash, early "
			 "after a boot); %s",
			 why, remedy);
}
