// SPDX-License-Identifier: GPL-2.0-or-later
/* Keys that the kernel hands over: which one crypttab links, whether it is in
 * the keyring, and how its device is decrypted. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "config/crypttab.h"
#include "host/crypt_table.h"
#include "host/keyring.h"
#include "tap.h"

#define UUID "0fcdb4e0-1111-4222-8333-444455556666"
#define KEY  "kdump-cryptsetup:vk-" UUID
#define LINK "link-volume-key=@u::%logon:" KEY

static const struct {
	const char *name, *crypttab;
	int err;
	const char *key;
} tabs[] = {
	{ "by the volume's name", "data UUID=x none " LINK "\n", 0, KEY },
	{ "by the device's UUID", "other UUID=" UUID " - luks," LINK "\n", 0,
	  KEY },
	{ "in capital letters",
	  "o UUID=0FCDB4E0-1111-4222-8333-444455556666 - " LINK, 0, KEY },
	{ "by its link in /dev",
	  "o /dev/disk/by-uuid/" UUID " - " LINK ",discard", 0, KEY },
	{ "after others and comments",
	  "# data x none " LINK "\n\nroot UUID=y none luks\n"
	  "\tdata\tUUID=x\tnone\tluks," LINK "\n",
	  0, KEY },
	{ "the last of two counts",
	  "data UUID=x none link-volume-key=@u::%logon:a:b," LINK "\n", 0,
	  KEY },
	{ "no options", "data UUID=x none\n", -ENOENT, "" },
	{ "nothing linked", "data UUID=x none luks,discard\n", -ENOENT, "" },
	{ "another device", "root UUID=y none " LINK "\n", -ENOENT, "" },
	{ "nothing", "", -ENOENT, "" },
	{ "a user key", "data UUID=x none link-volume-key=@u::%user:a:b\n",
	  -EINVAL, "" },
	{ "a key without a type", "data UUID=x none link-volume-key=@u::a:b\n",
	  -EINVAL, "" },
	{ "another keyring",
	  "data UUID=x none link-volume-key=@s::%logon:a:b\n", -EINVAL, "" },
	{ "no prefix in its name",
	  "data UUID=x none link-volume-key=@u::%logon:ab\n", -EINVAL, "" },
	{ "a byte that is not printable",
	  "data UUID=x none link-volume-key=@u::%logon:a:\x01\n", -EINVAL, "" },
};

static void crypttab(void)
{
	char key[CRYPTTAB_KEY_MAX], line[400] = "data UUID=x none "
						"link-volume-key=@u::%logon:a:";
	size_t begin = strlen(line);

	for (size_t i = 0; i < sizeof(tabs) / sizeof(*tabs); i++)
		ok(crypttab_key(tabs[i].crypttab, strlen(tabs[i].crypttab),
				"data", UUID, key,
				sizeof(key)) == tabs[i].err &&
			   !strcmp(key, tabs[i].key),
		   "crypttab: %s", tabs[i].name);
	memset(line + begin, 'k', 126);
	ok(crypttab_key(line, strlen(line), "data", UUID, key, sizeof(key)) ==
		   -EINVAL,
	   "crypttab: a description that the kernel would cut");
	line[begin + 125] = '\0';
	ok(!crypttab_key(line, strlen(line), "data", UUID, key, sizeof(key)) &&
		   strlen(key) == 127,
	   "crypttab: the longest that it takes");
}

static const struct {
	const char *name, *line;
	unsigned int bytes;
} keys[] = {
	{ "as the kernel shows it",
	  "1c4c5d3e I--Q---     1 perm 3f010000     0     0 logon     " KEY
	  ": 64",
	  64 },
	{ "that will expire",
	  "1c4c5d3e I--Q---     1   5m 3f010000     0     0 logon     " KEY
	  ": 64",
	  64 },
	{ "not in the quota",
	  "1c4c5d3e I------     1 perm 3f010000     0     0 logon     " KEY
	  ": 32",
	  32 },
	{ "expired",
	  "1c4c5d3e I--Q---     1 expd 3f010000     0     0 logon     " KEY
	  ": 64",
	  0 },
	{ "revoked",
	  "1c4c5d3e IR-Q---     1 perm 3f010000     0     0 logon     " KEY
	  ": 64",
	  0 },
	{ "invalidated",
	  "1c4c5d3e I--Q--i     1 perm 3f010000     0     0 logon     " KEY
	  ": 64",
	  0 },
	{ "of another type",
	  "1c4c5d3e I--Q---     1 perm 3f010000     0     0 user      " KEY
	  ": 64",
	  0 },
	{ "of another user",
	  "1c4c5d3e I--Q---     1 perm 3f010000  1000  1000 logon     " KEY
	  ": 64",
	  0 },
	{ "a longer name",
	  "1c4c5d3e I--Q---     1 perm 3f010000     0     0 logon     " KEY
	  "-d0: 64",
	  0 },
	{ "without a size",
	  "1c4c5d3e I--Q---     1 perm 3f010000     0     0 logon     " KEY,
	  0 },
	{ "larger than the kernel hands over",
	  "1c4c5d3e I--Q---     1 perm 3f010000     0     0 logon     " KEY
	  ": 257",
	  0 },
	{ "nothing", "", 0 },
};

static int parse(const char *text, struct crypt_table *out)
{
	return crypt_table_parse(text_of(text), out);
}

static void tables(void)
{
	static const char *const wrong[] = {
		"",
		"aes-xts-plain64",
		"aes-xts-plain64 :64:logon:a 0 8:5",
		"aes-xts-plain64 - 0 8:5 32768",
		"aes-xts-plain64 :x:logon:a 0 8:5 32768",
		"aes-xts-plain64 :512:logon:a 0 8:5 32768",
		"aes-xts-plain64 :64:logon:a x 8:5 32768",
		"aes-xts-plain64 :64:logon:a 0 8:5 -1",
		"aes-xts-plain64 :64:logon:a 0 8:5 32768 2 allow_discards",
		"aes-xts-plain64 :64:logon:a 0 8:5 32768 allow_discards",
		"capi:authenc(hmac(sha256),xts(aes))-random :96:logon:a 0 8:5 "
		"0 1 integrity:48:aead",
		"aes;x :64:logon:a 0 8:5 0",
	};
	struct crypt_table table;

	ok(!parse("aes-xts-plain64 :64:logon:cryptsetup:" UUID
		  "-d0 0 8:5 32768 2 allow_discards sector_size:4096",
		  &table) &&
		   !strcmp(table.cipher, "aes-xts-plain64") &&
		   table.key_bytes == 64 && table.iv_offset == 0 &&
		   table.start == 32768 &&
		   !strcmp(table.options, "2 allow_discards sector_size:4096"),
	   "table: a key of the keyring, and options");
	ok(!parse("capi:xts(aes)-plain64 00112233445566778899aabbccddeeff 8 "
		  "254:0 0",
		  &table) &&
		   !strcmp(table.cipher, "capi:xts(aes)-plain64") &&
		   table.key_bytes == 16 && table.iv_offset == 8 &&
		   !table.options[0],
	   "table: of a key in digits only the size is kept");
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		ok(parse(wrong[i], &table) == -ENOTSUP,
		   "table: \"%s\" is not understood", wrong[i]);
}

static int failed_with;

static void note_failure(const char *path, int fd, int err)
{
	(void)path;
	(void)fd;
	failed_with = err;
}

/* A device that does not know the question, in place of the device mapper's. */
static void failure(void)
{
	struct root root = { .fd = -1, .is_live = true };
	char dir[] = "/tmp/kdump-dma-handed-key.XXXXXX";
	struct crypt_table table;
	int err;

	if (!mkdtemp(dir) || (root.fd = open(dir, O_PATH | O_CLOEXEC)) < 0 ||
	    mkdirat(root.fd, "dev", 0700) ||
	    mkdirat(root.fd, "dev/mapper", 0700)) {
		ok(false, "a folder for it");
		return;
	}
	if (mknodat(root.fd, "dev/mapper/control", S_IFCHR | 0600,
		    makedev(1, 3))) {
		printf("# no device can be made here\n");
	} else {
		root_on_error = note_failure;
		err = crypt_table_read(&root, "data", &table);
		root_on_error = NULL;
		ok(err == -ENOTTY || err == -EACCES, "the device mapper fails");
		ok(failed_with == err, "which is reported: it may be trouble");
		unlinkat(root.fd, "dev/mapper/control", 0);
	}
	unlinkat(root.fd, "dev/mapper", AT_REMOVEDIR);
	unlinkat(root.fd, "dev", AT_REMOVEDIR);
	close(root.fd);
	rmdir(dir);
}

int main(void)
{
	crypttab();
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		ok(keyring_line_bytes(text_of(keys[i].line), KEY) ==
			   keys[i].bytes,
		   "keyring: %s", keys[i].name);
	tables();
	failure();
	return tap_end();
}
