// SPDX-License-Identifier: GPL-2.0-or-later
/* What grubby prints of entries, and how they are kept. */
#include <string.h>

#include "fuzz.h"
#include "peers/bootloader_grubby.h"

#define ENTRIES 8

/*
 * No more entries than there is room for; each text ends, and holds nothing but
 * crashkernel= words.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct boot_entry entries[ENTRIES];
	char *info = strndup((const char *)data, size);
	int count;

	PROMISE(info);
	count = bootloader_grubby_parse(info, entries, ENTRIES);
	PROMISE(count <= ENTRIES);
	for (int i = 0; i < count; i++) {
		const struct boot_entry *entry = &entries[i];
		struct text rest, word;

		PROMISE(memchr(entry->index, 0, sizeof(entry->index)));
		PROMISE(memchr(entry->id, 0, sizeof(entry->id)));
		PROMISE(memchr(entry->kernel, 0, sizeof(entry->kernel)));
		PROMISE(memchr(entry->words, 0, sizeof(entry->words)));
		PROMISE(boot_entry_name(entry));
		rest = text_of(entry->words);
		while (text_word(&rest, &word))
			PROMISE(text_starts(word, "crashkernel="));
	}
	free(info);
	return 0;
}
