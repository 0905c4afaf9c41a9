// SPDX-License-Identifier: GPL-2.0-or-later
/* Numbers are parsed fully: end, range, trailing junk. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "lib/number.h"
#include "tap.h"

static const struct {
	const char *text;
	unsigned int base;
	int err;
	uint64_t value;
} cases[] = {
	{ "0", 10, 0, 0 },
	{ "3976", 10, 0, 3976 },
	{ "18446744073709551615", 10, 0, UINT64_MAX },
	{ "18446744073709551616", 10, -ERANGE, 0 },
	{ "99999999999999999999999", 10, -ERANGE, 0 },
	{ "", 10, -EINVAL, 0 },
	{ "-1", 10, -EINVAL, 0 },
	{ "+1", 10, -EINVAL, 0 },
	{ " 1", 10, -EINVAL, 0 },
	{ "1 ", 10, -EINVAL, 0 },
	{ "1k", 10, -EINVAL, 0 },
	{ "0x10", 10, -EINVAL, 0 },
	{ "1a", 10, -EINVAL, 0 },
	{ "0x10", 16, 0, 16 },
	{ "0x", 16, -EINVAL, 0 },
	{ "ffffffffffffffff", 16, 0, UINT64_MAX },
	{ "1ffffffffffffffff", 16, -ERANGE, 0 },
	{ "DEADbeef", 16, 0, 0xdeadbeef },
	{ "g", 16, -EINVAL, 0 },
};

int main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		uint64_t value = 77;
		int err = number_parse(cases[i].text, strlen(cases[i].text),
				       cases[i].base, &value);

		ok(err == cases[i].err && value == cases[i].value,
		   "base %u \"%s\": %d, %" PRIu64, cases[i].base, cases[i].text,
		   err, value);
	}
	return tap_end();
}
