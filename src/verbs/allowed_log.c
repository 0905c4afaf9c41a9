// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel log of a snapshot: what kernel_log.c counts, in its words. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "facts/encryption.h"
#include "host/unreserved.h"
#include "verbs/allowed.h"

/* "227600K/260728K available (...)" */
static bool memory_to(FILE *to, struct text rest)
{
	struct text available, total;
	uint64_t available_kib, total_kib;

	if (!text_skip(&rest, "Memory: ") ||
	    !text_split(&rest, 'K', &available) || !text_skip(&rest, "/") ||
	    !text_split(&rest, 'K', &total) ||
	    text_number(available, 10, &available_kib) ||
	    text_number(total, 10, &total_kib) ||
	    !text_starts(rest, " available"))
		return false;
	fprintf(to, "Memory: %" PRIu64 "K/%" PRIu64 "K available",
		available_kib, total_kib);
	return true;
}

static void initrd_to(FILE *to, struct text rest)
{
	struct text number;
	uint64_t kib;

	if (text_skip(&rest, "Freeing initrd memory: ") &&
	    text_split(&rest, 'K', &number) && !text_number(number, 10, &kib))
		fprintf(to, "Freeing initrd memory: %" PRIu64 "K", kib);
}

/* "(GFP_KERNEL|GFP_DMA)": in capitals, and what is not is not the kernel's. */
static void gfp_to(FILE *to, struct text rest)
{
	while (rest.len && !text_starts(rest, "(GFP_") &&
	       !text_starts(rest, "(__GFP_")) {
		rest.at++;
		rest.len--;
	}
	for (size_t i = 0; i < rest.len && i < 120; i++) {
		char c = rest.at[i];

		if (!(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
		    !memchr("(_|)", c, 4))
			return;
		fputc(c, to);
		if (c == ')')
			return;
	}
}

/* What of the line counts, without a newline. */
static void text_to(FILE *to, struct text text)
{
	static const char failure[] = ": page allocation failure: ";
	static const char slub[] = "SLUB: Unable to allocate memory";
	static const char killed[] = "Out of memory";
	static const char initramfs[] = "Initramfs unpacking failed";
	unsigned int encryption = encryption_of_log_line(text);
	char said[LOG_LINE_BYTES];
	bool unreserved = unreserved_log_words(text, said, sizeof(said));

	if (text_contains(text, failure)) {
		fprintf(to, "process%smode:", failure);
		gfp_to(to, text);
	} else if (text_starts(text, slub)) {
		fprintf(to, "%s, gfp=", slub);
		gfp_to(to, text);
	} else if (text_starts(text, killed)) {
		fputs(killed, to);
	} else if (text_starts(text, initramfs)) {
		fputs(initramfs, to);
	} else if (encryption) {
		fputs("Memory Encryption Features active:", to);
		for (unsigned int i = 0; i < ENCRYPTION_COUNT; i++)
			if (encryption & 1U << i)
				fprintf(to, " %s", encryption_name(i));
	} else if (unreserved) {
		fputs(said, to);
	} else if (!memory_to(to, text)) {
		initrd_to(to, text);
	}
}

void allowed_log_line(void *arg, const struct line *line)
{
	struct allowed_log *log = arg;
	struct text text = line->text, prefix, part;
	uint64_t prio, number;
	char *said = NULL;
	size_t len = 0;
	FILE *to;

	if (text_starts(text, " ") || !text_split(&text, ';', &prefix) ||
	    !text_split(&prefix, ',', &part) || text_number(part, 10, &prio) ||
	    !text_split(&prefix, ',', &part) || text_number(part, 10, &number))
		return;
	if (!log->seen)
		log->first = number;
	log->seen = true;
	log->gap = log->gap || line->after_loss;
	to = prio < 8 ? open_memstream(&said, &len) : NULL;
	if (!to)
		return;
	text_to(to, text);
	if (!fclose(to) && len)
		fprintf(log->to, "%" PRIu64 ",%" PRIu64 ",0,-;%s\n", prio,
			number, said);
	free(said);
}
