// SPDX-License-Identifier: GPL-2.0-or-later
#include "fuzz.h"
#include "host/luks.h"

/* What cryptsetup itself would not use is not asked for. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t bytes = luks_metadata_bytes((const char *)data, size);

	PROMISE(bytes % 1024 == 0 && bytes <= UINT64_C(4) << 30);
	return 0;
}
