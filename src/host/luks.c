// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/luks.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "peers/run.h"

#define METADATA_MAX  (256 * 1024)
#define KDF_KIB_MAX   (4 * 1024 * 1024) /* cryptsetup's own limit */
#define SECONDS_LIMIT 10

uint64_t luks_metadata_bytes(const char *buf, size_t len)
{
	json_t *metadata = json_loadb(buf, len, 0, NULL);
	json_t *slot;
	const char *name;
	json_int_t most = 0;

	json_object_foreach(json_object_get(metadata, "keyslots"), name, slot)
	{
		json_int_t kib = json_integer_value(json_object_get(
			json_object_get(slot, "kdf"), "memory"));

		if (kib > most && kib <= KDF_KIB_MAX)
			most = kib;
	}
	json_decref(metadata);
	return (uint64_t)most * 1024;
}

struct search {
	const struct root *root;
	uint64_t most;
};

static void look_below(void *arg, const char *name)
{
	static char metadata[METADATA_MAX];
	struct search *search = arg;
	char device[80];
	const char *argv[] = { "cryptsetup", "luksDump", "--dump-json-metadata",
			       device, NULL };
	uint64_t bytes;

	if (strlen(name) > 64)
		return;
	snprintf(device, sizeof(device), "/dev/%s", name);
	if (run_read(argv, SECONDS_LIMIT, metadata, sizeof(metadata)))
		return;
	bytes = luks_metadata_bytes(metadata, strlen(metadata));
	if (bytes > search->most)
		search->most = bytes;
}

static void look_at(void *arg, const char *name)
{
	struct search *search = arg;
	char uuid[160];

	if (strncmp(name, "dm-", 3) || strlen(name) > 16 ||
	    root_read(search->root, uuid, sizeof(uuid), "sys/block/%s/dm/uuid",
		      name) < 0 ||
	    strncmp(uuid, "CRYPT-LUKS2-", 12))
		return;
	(void)!root_list(search->root, look_below, search,
			 "sys/block/%s/slaves", name);
}

uint64_t luks_bytes(const struct root *root)
{
	struct search search = { .root = root };

	/* Below another root the devices are not these. */
	if (root->is_live)
		(void)!root_list(root, look_at, &search, "sys/block");
	return search.most;
}
