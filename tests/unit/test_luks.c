// SPDX-License-Identifier: GPL-2.0-or-later
/* What key derivation costs, from LUKS2 metadata; and what headers say of
 * slots. */
#include "host/luks.h"

#include <errno.h>
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

static const char luks2[] =
	"{\"keyslots\": {\"0\": {}, \"5\": {}}, \"tokens\": {\"3\": {\"type\": "
	"\"systemd-tpm2\", \"keyslots\": [\"0\"]}, \"1\": {\"type\": "
	"\"kdump-dma\", \"keyslots\": [\"5\"]}}, \"segments\": {\"0\": "
	"{\"type\": "
	"\"crypt\", \"encryption\": \"aes-xts-plain64\"}}}";
static const char luks1[] =
	"LUKS header information for /dev/x\n\nVersion:       \t1\n"
	"Cipher name:   \taes\nCipher mode:   \tcbc-essiv:sha256\n"
	"Key Slot 0: DISABLED\nKey Slot 7: ENABLED\n\tIterations: \t1000\n";

static int parse2(const char *text, struct luks_header *out)
{
	return luks_header_parse2(text, strlen(text), out);
}

static int parse1(const char *text, struct luks_header *out)
{
	return luks_header_parse1(text, strlen(text), out);
}

/* A header that is not understood gets no slot: nothing of it is guessed. */
static void headers(void)
{
	struct luks_header header;

	ok(!parse2(luks2, &header) && header.version == 2 &&
		   header.used == 0x21 && header.slots == 32 &&
		   !strcmp(header.cipher, "aes-xts-plain64") &&
		   !header.is_changing && header.token == 1 &&
		   header.token_slot == 5,
	   "LUKS2: slots, cipher, and our token among others");
	ok(parse2("{\"keyslots\": {\"32\": {}}, \"segments\": {\"0\": "
		  "{\"encryption\": \"a\"}}}",
		  &header) == -EINVAL,
	   "a slot that cannot be");
	ok(!parse2("{\"keyslots\": {}, \"segments\": {\"0\": "
		   "{\"encryption\": \"a\"}, \"1\": {}}}",
		   &header) &&
		   header.is_changing && header.token == -1 &&
		   header.token_slot == -1,
	   "two segments: it is being encrypted anew");
	ok(parse2("{\"keyslots\": {}}", &header) == -EINVAL &&
		   parse2("{}", &header) == -EINVAL &&
		   parse2("", &header) == -EINVAL,
	   "not the metadata of LUKS2");
	ok(!parse1(luks1, &header) && header.version == 1 &&
		   header.used == 0x80 && header.slots == 8 &&
		   !strcmp(header.cipher, "aes-cbc-essiv:sha256") &&
		   header.token == -1,
	   "LUKS1: slots and cipher");
	ok(parse1("Version: 2\nCipher name: a\nKey Slot 0: ENABLED\n",
		  &header) == -EINVAL &&
		   parse1("Device x is not a valid LUKS device.\n", &header) ==
			   -EINVAL &&
		   parse1("", &header) == -EINVAL,
	   "not the dump of LUKS1");
}

int main(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		ok(luks_metadata_bytes(rows[i].metadata,
				       strlen(rows[i].metadata)) ==
			   rows[i].kib * 1024,
		   "%s", rows[i].name);
	headers();
	return tap_end();
}
