// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "config/crypttab.h"
#include "fuzz.h"
#include "host/crypt_table.h"
#include "host/keyring.h"

/* What goes into the image's configuration has a place on its line. */
static int is_word(const char *text)
{
	for (; *text; text++)
		if (*text <= ' ' || *text > '~')
			return 0;
	return 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *buf = (const char *)data;
	char key[CRYPTTAB_KEY_MAX];
	struct crypt_table table;

	if (!crypttab_key(buf, size, "data", "0123-4567", key, sizeof(key)))
		PROMISE(strchr(key, ':') && is_word(key));
	else
		PROMISE(!key[0]);
	PROMISE(keyring_line_bytes((struct text){ buf, size }, "a:b") <= 256);
	if (!crypt_table_parse((struct text){ buf, size }, &table))
		PROMISE(table.key_bytes && table.key_bytes <= 256 &&
			table.cipher[0] && is_word(table.cipher));
	return 0;
}
