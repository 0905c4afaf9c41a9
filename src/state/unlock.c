// SPDX-License-Identifier: GPL-2.0-or-later
#include "state/unlock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/macros.h"
#include "state/file.h"
#include "state/history.h"
#include "state/state.h"

bool unlock_uuid_is_sane(const char *uuid)
{
	size_t len = strlen(uuid);

	return len >= 32 && len < UNLOCK_UUID_MAX &&
	       strspn(uuid, "0123456789abcdefABCDEF-") == len;
}

/* "ready UUID SLOT CIPHER" or "adding UUID SLOT CIPHER" */
static void slot_line(void *arg, const struct line *line)
{
	struct text rest = line->text, key, number;
	struct unlock_slot slot = { 0 };

	if (!text_word(&rest, &key) ||
	    !text_take_word(&rest, slot.uuid, sizeof(slot.uuid)) ||
	    !unlock_uuid_is_sane(slot.uuid) || !text_word(&rest, &number) ||
	    text_number(number, 10, &slot.slot) ||
	    !text_take_word(&rest, slot.cipher, sizeof(slot.cipher)))
		return;
	slot.is_ready = text_equal(key, "ready");
	if (slot.is_ready || text_equal(key, "adding"))
		(void)!unlock_set(arg, &slot);
}

void unlock_load(const struct root *root, struct unlock *out)
{
	state_load(root, UNLOCK_NAME, slot_line, out, sizeof(*out));
}

static void print(FILE *to, const void *arg)
{
	const struct unlock *unlock = arg;

	for (size_t i = 0; i < unlock->count; i++)
		fprintf(to, "%s %s %ju %s\n",
			unlock->item[i].is_ready ? "ready" : "adding",
			unlock->item[i].uuid, (uintmax_t)unlock->item[i].slot,
			unlock->item[i].cipher);
}

int unlock_store(const struct root *root, const struct unlock *unlock)
{
	if (!unlock->count)
		return file_remove(root, HISTORY_DIR "/" UNLOCK_NAME);
	return state_write(root, HISTORY_DIR, UNLOCK_NAME, print, unlock);
}

const struct unlock_slot *unlock_find(const struct unlock *unlock,
				      const char *uuid)
{
	for (size_t i = 0; i < unlock->count; i++)
		if (streq(unlock->item[i].uuid, uuid))
			return &unlock->item[i];
	return NULL;
}

int unlock_set(struct unlock *unlock, const struct unlock_slot *slot)
{
	unlock_forget(unlock, slot->uuid);
	if (unlock->count == UNLOCK_MAX)
		return -ENOSPC;
	unlock->item[unlock->count++] = *slot;
	return 0;
}

void unlock_forget(struct unlock *unlock, const char *uuid)
{
	size_t kept = 0;

	for (size_t i = 0; i < unlock->count; i++)
		if (!streq(unlock->item[i].uuid, uuid))
			unlock->item[kept++] = unlock->item[i];
	unlock->count = kept;
}

void unlock_key_path(const char *uuid, char out[static UNLOCK_PATH_MAX])
{
	snprintf(out, UNLOCK_PATH_MAX, HISTORY_DIR "/unlock-%.39s.key", uuid);
}
