// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/capture_keys.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "host/keyring.h"
#include "host/whole_file.h"
#include "lib/macros.h"
#include "state/unlock.h"

#define CONFIGFS "sys/kernel/config/crash_dm_crypt_keys"
/* What native leaves: the keys of the image that is loaded, and a refusal. */
#define HANDED	"run/kdump-dma/handed"
#define REFUSED "run/kdump-dma/refused-keys"

#define say_why(keys, ...)                                                     \
	text_print_first((keys)->why, sizeof((keys)->why), __VA_ARGS__)

/* How crypttab and the device mapper have it; false: no key is linked. */
static bool find_linked(const struct root *root, const char *crypttab,
			const struct storage_luks *luks,
			struct capture_keys *keys)
{
	struct capture_key *key = &keys->item[keys->count];
	int err = crypttab_key(crypttab, strlen(crypttab), luks->mapped,
			       luks->uuid, key->key, sizeof(key->key));

	if (err == -ENOENT || !unlock_uuid_is_sane(luks->uuid))
		return false;
	if (err) {
		say_why(keys,
			"link-volume-key= of %s in /etc/crypttab is not "
			"@u::%%logon:KEY, which is what the kernel hands over",
			luks->mapped);
		return false;
	}
	err = crypt_table_read(root, luks->mapped, &key->table);
	if (err) {
		say_why(keys, "how %s is decrypted cannot be told: %s",
			luks->mapped, strerror(-err));
		return false;
	}
	snprintf(key->uuid, sizeof(key->uuid), "%s", luks->uuid);
	return true;
}

static bool is_in_keyring(const struct root *root,
			  const struct capture_key *key,
			  struct capture_keys *keys)
{
	unsigned int bytes = keyring_key_bytes(root, key->key);

	if (!bytes)
		say_why(keys,
			"root's keyring has no logon key %s, which /etc/"
			"crypttab links: open the device again",
			key->key);
	else if (bytes != key->table.key_bytes)
		say_why(keys,
			"the key %s has %u bytes, and that of the device %u",
			key->key, bytes, key->table.key_bytes);
	return bytes == key->table.key_bytes;
}

/*
 * Can the kernel take them from the image that is loaded? It copies as many as
 * are listed now, so these have to be the same ones, and no others.
 */
static bool can_reuse(const struct root *root, const struct capture_keys *keys)
{
	char *had = whole_file(root, HANDED), *text = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&text, &len);
	uint64_t loaded = 0, listed = 1;
	bool same;

	if (to) {
		capture_keys_print(to, keys);
		fclose(to);
	}
	same = had && to && text && streq(had, text) &&
	       !root_read_u64(root, &loaded, "sys/kernel/kexec_crash_loaded") &&
	       loaded == 1 &&
	       !root_read_u64(root, &listed, CONFIGFS "/count") && !listed;
	free(had);
	free(text);
	return same;
}

static void take_those_in_keyring(const struct root *root,
				  struct capture_keys *keys)
{
	bool is_there[STORAGE_LUKS_MAX], had_why = keys->why[0];
	size_t kept = 0, count = 0;

	for (size_t i = 0; i < keys->count; i++) {
		is_there[i] = is_in_keyring(root, &keys->item[i], keys);
		count += is_there[i];
	}
	if (count == keys->count)
		return;
	keys->reuse = can_reuse(root, keys);
	if (keys->reuse) {
		if (!had_why)
			keys->why[0] = '\0';
		return;
	}
	for (size_t i = 0; i < keys->count; i++)
		if (is_there[i])
			keys->item[kept++] = keys->item[i];
	keys->count = kept;
}

void capture_keys_find(const struct root *root, const struct storage *storage,
		       bool can_take, struct capture_keys *out)
{
	char *crypttab, *refused;

	memset(out, 0, sizeof(*out));
	if (!root_exists(root, CONFIGFS "/reuse") || !can_take)
		return;
	crypttab = whole_file(root, "etc/crypttab");
	for (size_t i = 0; crypttab && i < storage->luks_count; i++)
		if (find_linked(root, crypttab, &storage->luks[i], out))
			out->count++;
	free(crypttab);
	refused = out->count ? whole_file(root, REFUSED) : NULL;
	if (refused) {
		say_why(out,
			"the kernel did not take its key at the last load "
			"(%.*s)",
			(int)strcspn(refused, "\n"), refused);
		out->count = 0;
	}
	free(refused);
	take_those_in_keyring(root, out);
}

const struct capture_key *capture_keys_of(const struct capture_keys *keys,
					  const char *uuid)
{
	for (size_t i = 0; i < keys->count; i++)
		if (streq(keys->item[i].uuid, uuid))
			return &keys->item[i];
	return NULL;
}

bool capture_keys_give(const struct capture_key *key, struct storage *storage)
{
	const struct crypt_table *table = &key->table;
	char begin[UNLOCK_UUID_MAX + 8], name[BLOCK_TAG_MAX], prefix[8];
	size_t len =
		(size_t)snprintf(begin, sizeof(begin), "luks %s ", key->uuid);

	for (size_t i = 0; i < storage->steps_count; i++) {
		char *step = storage->steps[i];
		struct text rest = text_of(step);
		int n;

		if (!text_skip(&rest, begin) ||
		    !text_take_word(&rest, name, sizeof(name)))
			continue;
		if (!text_take_word(&rest, prefix, sizeof(prefix)))
			strcpy(prefix, "-");
		n = snprintf(step, STORAGE_STEP_MAX,
			     "crypt %s %s %s %" PRIu64
			     " %s :%u:user:%s %" PRIu64 " @ %" PRIu64 "%s%s",
			     key->uuid, name, prefix, table->sectors,
			     table->cipher, table->key_bytes, key->key,
			     table->iv_offset, table->start,
			     table->options[0] ? " " : "", table->options);
		return n > (int)len && n < STORAGE_STEP_MAX;
	}
	return false;
}

void capture_keys_print(FILE *to, const struct capture_keys *keys)
{
	for (size_t i = 0; i < keys->count; i++)
		fprintf(to, "kdump-dma-%s %s\n", keys->item[i].uuid,
			keys->item[i].key);
}

bool capture_keys_loaded(const struct root *root, const char *uuid,
			 const char *key)
{
	char line[BLOCK_TAG_MAX + CRYPTTAB_KEY_MAX + 16];
	char *handed = whole_file(root, HANDED);
	bool is_there;

	snprintf(line, sizeof(line), "kdump-dma-%s %s", uuid, key);
	is_there = handed && text_has_line(text_of(handed), line);
	free(handed);
	return is_there;
}
