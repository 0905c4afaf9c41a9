// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/kernel_log.h"

#include <string.h>

#include "facts/encryption.h"

#define LEVEL_WARNING 4 /* KERN_WARNING */

void kernel_log_begin(struct kernel_log *out)
{
	memset(out, 0, sizeof(*out));
}

/* "GFP_DMA" but not "GFP_DMA32" */
static bool names_gfp_dma(struct text text)
{
	const char *name = "GFP_DMA";

	while (text.len > 0) {
		if (text_skip(&text, name)) {
			if (!text_starts(text, "32"))
				return true;
			continue;
		}
		text.at++;
		text.len--;
	}
	return false;
}

static void keep(struct kernel_log *out, struct text text)
{
	if (out->lines_count < LOG_LINES_MAX)
		text_copy(text, out->lines[out->lines_count++], LOG_LINE_BYTES);
}

/* "227600K/260728K available (...)" */
static void take_memory(struct kernel_log *out, struct text text)
{
	struct text available, total;
	uint64_t available_kib, total_kib;

	if (text_split(&text, 'K', &available) && text_skip(&text, "/") &&
	    text_split(&text, 'K', &total) &&
	    text_number(available, 10, &available_kib) == 0 &&
	    text_number(total, 10, &total_kib) == 0 &&
	    text_starts(text, " available")) {
		out->have_boot_memory = true;
		out->boot_available_kib = available_kib;
		out->boot_total_kib = total_kib;
	}
}

/*
 * warn_alloc() of mm/page_alloc.c: "COMM: page allocation failure: order:5,
 * mode:0xcc1(...)". A process name has at most 15 bytes (TASK_COMM_LEN). A
 * driver's message begins with a device's name and is not such a warning.
 */
static bool is_allocation_failure(struct text text)
{
	static const char mark[] = ": page allocation failure: order:";
	const char *at = memmem(text.at, text.len, mark, sizeof(mark) - 1);
	struct text rest;

	if (!at || at - text.at > 15)
		return false;
	rest.at = at + sizeof(mark) - 1;
	rest.len = text.len - (size_t)(rest.at - text.at);
	return rest.len > 0 && rest.at[0] >= '0' && rest.at[0] <= '9' &&
	       text_contains(rest, ", mode:0x");
}

/* oom_kill_process() and out_of_memory() of mm/oom_kill.c. */
static bool is_oom_kill(struct text text)
{
	if (!text_skip(&text, "Out of memory"))
		return false;
	(void)text_skip(&text, " (oom_kill_allocating_task)");
	return text_starts(text, ": Killed process ") ||
	       text_starts(text, " and no killable processes");
}

/* Call it only for warnings and errors: the kernel logs failures as such. */
static bool take_failure(struct kernel_log *out, struct text text)
{
	if (is_allocation_failure(text)) {
		out->page_allocation_failures++;
		out->gfp_dma_failures += names_gfp_dma(text);
	} else if (text_starts(text, "SLUB: Unable to allocate memory")) {
		out->slub_failures++;
		out->gfp_dma_failures += names_gfp_dma(text);
	} else if (is_oom_kill(text)) {
		out->oom_kills++;
	} else {
		return false;
	}
	keep(out, text);
	return true;
}

static void take_text(struct kernel_log *out, struct text text)
{
	struct text rest = text, number;

	if (text_starts(text, "Initramfs unpacking failed")) {
		out->initramfs_failed = true;
		keep(out, text);
	} else if (text_skip(&rest, "Memory: ")) {
		take_memory(out, rest);
	} else if (text_skip(&rest, "Freeing initrd memory: ")) {
		if (text_split(&rest, 'K', &number) &&
		    text_number(number, 10, &out->initrd_kib) == 0)
			out->have_initrd_kib = true;
	} else {
		out->encryption |= encryption_of_log_line(text);
	}
}

void kernel_log_line(void *arg, const struct line *line)
{
	struct kernel_log *out = arg;
	struct text text = line->text, prefix, part;
	uint64_t prio, number;

	if (text_starts(text, " ") || !text_split(&text, ';', &prefix))
		return;
	/* "prio,seq,usec,flags"; prio is 8 times the facility, plus the level
	 */
	if (!text_split(&prefix, ',', &part) || text_number(part, 10, &prio) ||
	    !text_split(&prefix, ',', &part) || text_number(part, 10, &number))
		return;
	if (!out->seen_record)
		out->is_complete = number == 0;
	if (line->after_loss)
		out->is_complete = false;
	out->seen_record = true;
	/* Programs (prio >= 8) write there, too, and may quote another kernel
	 */
	if (prio < 8 && !(prio <= LEVEL_WARNING && take_failure(out, text)))
		take_text(out, text);
}
