// SPDX-License-Identifier: GPL-2.0-or-later
#include "state/ours.h"

#include <string.h>

#include "lib/macros.h"
#include "state/history.h"
#include "state/state.h"

#define BYTES_MAX (64 * 1024)

static void ours_line(void *arg, const struct line *line)
{
	struct ours *ours = arg;
	struct text rest = line->text, key;
	char value[OURS_WORDS_MAX];

	if (!text_word(&rest, &key))
		return;
	rest = text_trim(rest);
	if (rest.len == 0 || rest.len >= sizeof(value))
		return;
	text_copy(rest, value, sizeof(value));
	if (text_equal(key, "crashkernel"))
		ours_add_crashkernel(ours, value);
	else if (text_equal(key, "coherent_pool"))
		ours_add_pool(ours, value);
}

void ours_load(const struct root *root, struct ours *out)
{
	memset(out, 0, sizeof(*out));
	if (root_lines(root, BYTES_MAX, ours_line, out, "%s/%s", HISTORY_DIR,
		       OURS_NAME))
		memset(out, 0, sizeof(*out));
}

bool ours_has_crashkernel(const struct ours *ours, const char *words)
{
	for (size_t i = 0; words[0] && i < ours->crashkernel_count; i++)
		if (streq(ours->crashkernel[i], words))
			return true;
	return false;
}

bool ours_has_pool(const struct ours *ours, const char *value)
{
	for (size_t i = 0; value[0] && i < ours->pool_count; i++)
		if (streq(ours->pool[i], value))
			return true;
	return false;
}

void ours_add_crashkernel(struct ours *ours, const char *words)
{
	if (!words[0] || strlen(words) >= OURS_WORDS_MAX ||
	    ours_has_crashkernel(ours, words))
		return;
	if (ours->crashkernel_count == OURS_MAX)
		memmove(ours->crashkernel, ours->crashkernel + 1,
			--ours->crashkernel_count * sizeof(*ours->crashkernel));
	strcpy(ours->crashkernel[ours->crashkernel_count++], words);
}

void ours_add_pool(struct ours *ours, const char *value)
{
	if (!value[0] || strlen(value) >= OURS_POOL_MAX ||
	    ours_has_pool(ours, value))
		return;
	if (ours->pool_count == OURS_MAX)
		memmove(ours->pool, ours->pool + 1,
			--ours->pool_count * sizeof(*ours->pool));
	strcpy(ours->pool[ours->pool_count++], value);
}

void ours_print(FILE *to, const void *arg)
{
	const struct ours *ours = arg;

	for (size_t i = 0; i < ours->crashkernel_count; i++)
		fprintf(to, "crashkernel %s\n", ours->crashkernel[i]);
	for (size_t i = 0; i < ours->pool_count; i++)
		fprintf(to, "coherent_pool %s\n", ours->pool[i]);
}

int ours_store(const struct root *root, const struct ours *ours)
{
	return state_write(root, HISTORY_DIR, OURS_NAME, ours_print, ours);
}
