// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "check/saver_report.h"
#include "fuzz.h"

/* Whatever was read prints as lines that read back as the same. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct saver_report first, second;
	static char text[16384];
	FILE *to;

	memset(&first, 0, sizeof(first));
	memset(&second, 0, sizeof(second));
	lines_of((const char *)data, size, saver_report_line, &first);
	to = fmemopen(text, sizeof(text), "w");
	PROMISE(to);
	saver_report_print(to, &first);
	fclose(to);
	lines_of(text, strlen(text), saver_report_line, &second);
	PROMISE(strcmp(first.dir, second.dir) == 0 &&
		strcmp(first.dump, second.dump) == 0 &&
		first.events_count == second.events_count &&
		first.status == second.status);
	return 0;
}
