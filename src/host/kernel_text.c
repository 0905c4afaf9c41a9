// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/kernel_text.h"

#include <string.h>

#include "lib/macros.h"

#define KALLSYMS_BYTES_MAX (UINT64_C(64) << 20)
#define IOMEM_BYTES_MAX	   (UINT64_C(1) << 20)

/*
 * arm64's vmlinux.lds.S: .head.text begins at _text, and takes one segment of
 * 64 KiB; .text begins at _stext. setup_arch() registers "Kernel code" from
 * _stext (before 5.12: from _text) to __init_begin. Virtual and physical
 * addresses are the same within 2 MiB (MIN_KIMG_ALIGN), with KASLR, too.
 */
#define HEAD_BYTES  (64 * KIB)
#define ALIGN_BYTES (2 * MIB)

struct symbols {
	uint64_t text, stext, init_begin;
};

static void symbol_line(void *arg, const struct line *line)
{
	struct symbols *symbols = arg;
	struct text rest = line->text, address, type, name;
	uint64_t value;

	/* most lines are of no interest, and there are many */
	if (!text_contains(rest, "_text") && !text_contains(rest, "_stext") &&
	    !text_contains(rest, "__init_begin"))
		return;
	if (!text_word(&rest, &address) || !text_word(&rest, &type) ||
	    !text_word(&rest, &name) || text_trim(rest).len ||
	    text_number(address, 16, &value))
		return;
	if (text_equal(name, "_text"))
		symbols->text = value;
	else if (text_equal(name, "_stext"))
		symbols->stext = value;
	else if (text_equal(name, "__init_begin"))
		symbols->init_begin = value;
}

struct code {
	uint64_t start, bytes;
};

/* "  40210000-4185ffff : Kernel code" */
static void code_line(void *arg, const struct line *line)
{
	struct code *code = arg;
	struct text rest = text_trim(line->text), start, end;
	uint64_t last;

	if (code->bytes || !text_contains(rest, " : Kernel code"))
		return;
	if (text_split(&rest, '-', &start) && text_word(&rest, &end) &&
	    !text_number(start, 16, &code->start) &&
	    !text_number(end, 16, &last) && last > code->start)
		code->bytes = last - code->start + 1;
}

bool kernel_text_missing(const struct root *root, const char *machine,
			 uint64_t *address)
{
	struct symbols symbols = { 0 };
	struct code code = { 0 };
	uint64_t bytes;

	if (!streq(machine, "aarch64") ||
	    root_lines(root, KALLSYMS_BYTES_MAX, symbol_line, &symbols,
		       "proc/kallsyms") ||
	    root_lines(root, IOMEM_BYTES_MAX, code_line, &code, "proc/iomem"))
		return false;
	if (symbols.text || !symbols.stext || !code.bytes ||
	    symbols.init_begin <= symbols.stext)
		return false;
	bytes = symbols.init_begin - symbols.stext;
	*address = symbols.stext - HEAD_BYTES;
	if (code.bytes == bytes)
		return (symbols.stext - code.start) % ALIGN_BYTES == 0;
	return code.bytes == bytes + HEAD_BYTES &&
	       (*address - code.start) % ALIGN_BYTES == 0;
}
