// SPDX-License-Identifier: GPL-2.0-or-later
#include "../unit/parsers.h"
#include "fuzz.h"

/* An answer has all three numbers. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct meminfo out;

	if (meminfo_parse((const char *)data, size, &out) == 0)
		PROMISE(out.seen == 7);
	return 0;
}
