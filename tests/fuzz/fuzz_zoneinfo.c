// SPDX-License-Identifier: GPL-2.0-or-later
#include "../unit/parsers.h"
#include "fuzz.h"

/* An answer has a zone; a refusal says what and where; sums are bounded. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct zoneinfo out;
	struct zoneinfo_error error;
	int err = zoneinfo_parse((const char *)data, size, &out, &error);

	PROMISE(out.zones_count <= ZONES_MAX);
	PROMISE((err != 0) == (error.what != NULL));
	if (!err)
		PROMISE(out.zones_count > 0 && out.nodes_count > 0 &&
			data[size - 1] == '\n');
	return 0;
}
