// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/kernel_log.h"
#include "fuzz.h"

/* Kept lines are printable and end inside their room. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct kernel_log out;

	kernel_log_begin(&out);
	lines_of((const char *)data, size, kernel_log_line, &out);
	PROMISE(out.lines_count <= LOG_LINES_MAX);
	PROMISE(out.gfp_dma_failures <=
		out.page_allocation_failures + out.slub_failures);
	for (size_t i = 0; i < out.lines_count; i++) {
		size_t len = 0;

		while (len < LOG_LINE_BYTES && out.lines[i][len]) {
			PROMISE(out.lines[i][len] >= 0x20 &&
				out.lines[i][len] <= 0x7e);
			len++;
		}
		PROMISE(len < LOG_LINE_BYTES);
	}
	return 0;
}
