// SPDX-License-Identifier: GPL-2.0-or-later
#include "../unit/parsers.h"
#include "fuzz.h"

/* Ranges are in order and not more than there is room for. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct iomem out;
	int err = iomem_parse((const char *)data, size, &out);

	PROMISE(out.crash_count <= RANGES_MAX);
	for (size_t i = 0; i < out.crash_count; i++)
		PROMISE(out.crash[i].start <= out.crash[i].end);
	if (!err)
		PROMISE(!out.is_hidden && !out.is_malformed);
	return 0;
}
