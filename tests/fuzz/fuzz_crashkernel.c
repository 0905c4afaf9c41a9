// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "config/cmdline.h"
#include "config/crashkernel.h"
#include "facts/facts.h"
#include "fuzz.h"

#define RAM (UINT64_C(64) << 30)

/* What is read strictly is one argument that a kernel could be given. */
static void strict(struct text text)
{
	struct crashkernel value;

	if (crashkernel_parse(text, &value))
		return;
	PROMISE(value.ranges_count <= CRASHKERNEL_RANGES_MAX);
	PROMISE((value.kind == CRASHKERNEL_RANGES) == (value.ranges_count > 0));
	for (size_t i = 0; i < value.ranges_count; i++)
		PROMISE(value.ranges[i].start_bytes <
			value.ranges[i].end_bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char cmdline[4096], words[512];
	struct crashkernel_result result;

	strict((struct text){ (const char *)data, size });
	if (size >= sizeof(cmdline) || memchr(data, '\0', size))
		return 0;
	memcpy(cmdline, data, size);
	cmdline[size] = '\0';
	result = crashkernel_evaluate(cmdline, RAM, KERNEL_VERSION_OF(6, 17),
				      "x86_64");
	PROMISE(result.valid == (result.size_bytes > 0));
	PROMISE(!result.valid || result.size_bytes < RAM);
	PROMISE(!result.valid || result.given);
	if (!cmdline_crashkernel(cmdline, words, sizeof(words)))
		PROMISE(!strncmp(words, "crashkernel=", 12));
	return 0;
}
