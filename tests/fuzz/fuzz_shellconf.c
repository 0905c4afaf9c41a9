// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "config/shellconf.h"
#include "fuzz.h"

/*
 * What can be read can be set, and back again; what is set is read; only the
 * value differs.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *buf = (const char *)data;
	char was[256], now[256];
	char *set, *back;
	size_t set_len, back_len;
	int err = shellconf_get(buf, size, "K", was, sizeof(was));

	if (shellconf_set(buf, size, "K", "a b=1", &set, &set_len)) {
		PROMISE(err);
		return 0;
	}
	PROMISE(!shellconf_get(set, set_len, "K", now, sizeof(now)));
	PROMISE(!strcmp(now, "a b=1"));
	if (!err && shellconf_is_safe(was)) {
		PROMISE(!shellconf_set(set, set_len, "K", was, &back,
				       &back_len));
		PROMISE(!shellconf_get(back, back_len, "K", now, sizeof(now)));
		PROMISE(!strcmp(now, was));
		free(back);
	}
	free(set);
	return 0;
}
