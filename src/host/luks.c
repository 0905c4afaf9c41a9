// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/luks.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "lib/macros.h"
#include "peers/run.h"

#define METADATA_MAX  (256 * 1024)
#define KDF_KIB_MAX   (4 * 1024 * 1024) /* cryptsetup's own limit */
#define SECONDS_LIMIT 10
#define LUKS1_SLOTS   8
#define LUKS2_SLOTS   32

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

static int take_slot(const char *name, unsigned int slots, int *out)
{
	uint64_t n;

	if (text_number(text_of(name), 10, &n) || n >= slots)
		return -EINVAL;
	*out = (int)n;
	return 0;
}

static int take_slots(json_t *slots, struct luks_header *out)
{
	const char *name;
	json_t *slot;
	int n;

	json_object_foreach(slots, name, slot)
	{
		if (take_slot(name, LUKS2_SLOTS, &n))
			return -EINVAL;
		out->used |= UINT64_C(1) << n;
	}
	return json_is_object(slots) ? 0 : -EINVAL;
}

/* One segment of kind "crypt" is the rule; others come and go with a change. */
static int take_segments(json_t *segments, struct luks_header *out)
{
	json_t *first = json_object_get(segments, "0");
	const char *cipher =
		json_string_value(json_object_get(first, "encryption"));

	out->is_changing = json_object_size(segments) != 1;
	if (!cipher || strlen(cipher) >= sizeof(out->cipher))
		return -EINVAL;
	text_copy(text_of(cipher), out->cipher, sizeof(out->cipher));
	return strpbrk(out->cipher, " ?") ? -EINVAL : 0;
}

static void take_token(json_t *tokens, struct luks_header *out)
{
	const char *name, *type, *slot;
	json_t *token;

	json_object_foreach(tokens, name, token)
	{
		type = json_string_value(json_object_get(token, "type"));
		slot = json_string_value(
			json_array_get(json_object_get(token, "keyslots"), 0));
		if (!type || !streq(type, LUKS_TOKEN) ||
		    take_slot(name, LUKS2_SLOTS, &out->token))
			continue;
		if (slot)
			(void)!take_slot(slot, LUKS2_SLOTS, &out->token_slot);
	}
}

int luks_header_parse2(const char *buf, size_t len, struct luks_header *out)
{
	json_t *metadata = json_loadb(buf, len, 0, NULL);
	int err;

	*out = (struct luks_header){ .version = 2,
				     .slots = LUKS2_SLOTS,
				     .token = -1,
				     .token_slot = -1 };
	err = take_slots(json_object_get(metadata, "keyslots"), out);
	if (!err)
		err = take_segments(json_object_get(metadata, "segments"), out);
	if (!err)
		take_token(json_object_get(metadata, "tokens"), out);
	json_decref(metadata);
	return err;
}

/* "Key Slot 0: ENABLED", "Cipher name:   aes", "Cipher mode:   xts-plain64" */
static void take_line1(struct text line, struct luks_header *out)
{
	char mode[32];
	struct text number;
	size_t len;
	int n;

	line = text_trim(line);
	if (text_skip(&line, "Version:")) {
		out->version = text_equal(text_trim(line), "1") ? 1 : 0;
	} else if (text_skip(&line, "Cipher name:")) {
		text_copy(text_trim(line), out->cipher, 31);
	} else if (text_skip(&line, "Cipher mode:")) {
		text_copy(text_trim(line), mode, sizeof(mode));
		len = strlen(out->cipher);
		snprintf(out->cipher + len, sizeof(out->cipher) - len, "-%s",
			 mode);
	} else if (text_skip(&line, "Key Slot ") &&
		   text_split(&line, ':', &number) &&
		   text_equal(text_trim(line), "ENABLED")) {
		text_copy(number, mode, sizeof(mode));
		if (!take_slot(mode, LUKS1_SLOTS, &n))
			out->used |= UINT64_C(1) << n;
	}
}

int luks_header_parse1(const char *buf, size_t len, struct luks_header *out)
{
	struct text rest = { buf, len }, line;

	*out = (struct luks_header){ .slots = LUKS1_SLOTS,
				     .token = -1,
				     .token_slot = -1 };
	while (text_split(&rest, '\n', &line))
		take_line1(line, out);
	return out->version == 1 && out->used && out->cipher[0] &&
			       !strpbrk(out->cipher, " ?")
		       ? 0
		       : -EINVAL;
}

int luks_header_read(const char *path, struct luks_header *out)
{
	static char text[METADATA_MAX];
	const char *argv2[] = { "cryptsetup", "luksDump",
				"--dump-json-metadata", path, NULL };
	const char *argv1[] = { "cryptsetup", "luksDump", "--type",
				"luks1",      path,	  NULL };
	int status = run_try(argv2, SECONDS_LIMIT, text, sizeof(text));

	if (!status)
		return luks_header_parse2(text, strlen(text), out);
	if (status == RUN_NOT_FOUND)
		return -ENOENT;
	if (status > 0)
		status = run_try(argv1, SECONDS_LIMIT, text, sizeof(text));
	if (status < 0)
		return status;
	return status ? -EINVAL : luks_header_parse1(text, strlen(text), out);
}
