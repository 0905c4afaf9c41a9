// SPDX-License-Identifier: GPL-2.0-or-later
/* What key derivation costs, from LUKS2 metadata. */
#include "host/luks.h"

#include <string.h>

#include "tap.h"

static const struct {
	const char *name, *metadata;
	uint64_t kib;
} rows[] = {
	{ "two slots: the larger",
	  "{\"keyslots\": {\"0\": {\"kdf\": {\"type\": \"argon2id\", \"time\": "
	  "4, "
	  "\"memory\": 1048576, \"cpus\": 4}}, \"1\": {\"kdf\": {\"type\": "
	  "\"argon2id\", \"memory\": 65536}}}}",
	  1048576 },
	{ "pbkdf2 takes none",
	  "{\"keyslots\": {\"0\": {\"kdf\": {\"type\": \"pbkdf2\", "
	  "\"iterations\": 1000}}}}",
	  0 },
	{ "no slot", "{\"keyslots\": {}}", 0 },
	{ "beyond what cryptsetup allows",
	  "{\"keyslots\": {\"0\": {\"kdf\": {\"memory\": 99999999999}}}}", 0 },
	{ "negative", "{\"keyslots\": {\"0\": {\"kdf\": {\"memory\": -1}}}}",
	  0 },
	{ "a string", "{\"keyslots\": {\"0\": {\"kdf\": {\"memory\": \"1\"}}}}",
	  0 },
	{ "an array of slots", "{\"keyslots\": [1, 2]}", 0 },
	{ "not JSON", "Device /dev/x is not LUKS", 0 },
	{ "nothing", "", 0 },
};

int main(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		ok(luks_metadata_bytes(rows[i].metadata,
				       strlen(rows[i].metadata)) ==
			   rows[i].kib * 1024,
		   "%s", rows[i].name);
	return tap_end();
}
