// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "fuzz.h"
#include "verbs/scrub.h"

/* It ends, within its memory; and what is clean stays as it is. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct scrub first = { .host = "myhost" },
		     second = { .host = "myhost" };
	size_t len, again_len;
	char *out = scrub(&first, (const char *)data, size, &len);
	char *again = scrub(&second, out, len, &again_len);

	PROMISE(out && again);
	PROMISE(!memmem(again, again_len, "=myhost\n", 8));
	free(out);
	free(again);
	return 0;
}
