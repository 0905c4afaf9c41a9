// SPDX-License-Identifier: GPL-2.0-or-later
#include "state/ours.h"

#include <string.h>

#include "lib/macros.h"
#include "state/history.h"
#include "state/state.h"

static void ours_line(void *arg, const struct line *line)
{
	struct ours *ours = arg;
	struct text rest = line->text, key;
	char value[OURS_VALUE_MAX];

	if (!text_word(&rest, &key))
		return;
	rest = text_trim(rest);
	if (rest.len == 0 || rest.len >= sizeof(value))
		return;
	text_copy(rest, value, sizeof(value));
	if (text_equal(key, "crashkernel"))
		ours_add(&ours->crashkernel, value);
	else if (text_equal(key, "coherent_pool"))
		ours_add(&ours->pool, value);
}

void ours_load(const struct root *root, struct ours *out)
{
	state_load(root, OURS_NAME, ours_line, out, sizeof(*out));
}

bool ours_has(const struct ours_list *list, const char *value)
{
	for (size_t i = 0; value[0] && i < list->count; i++)
		if (streq(list->value[i], value))
			return true;
	return false;
}

void ours_add(struct ours_list *list, const char *value)
{
	if (!value[0] || strlen(value) >= OURS_VALUE_MAX ||
	    ours_has(list, value))
		return;
	if (list->count == OURS_MAX)
		memmove(list->value, list->value + 1,
			--list->count * sizeof(*list->value));
	strcpy(list->value[list->count++], value);
}

void ours_print(FILE *to, const void *arg)
{
	const struct ours *ours = arg;

	for (size_t i = 0; i < ours->crashkernel.count; i++)
		fprintf(to, "crashkernel %s\n", ours->crashkernel.value[i]);
	for (size_t i = 0; i < ours->pool.count; i++)
		fprintf(to, "coherent_pool %s\n", ours->pool.value[i]);
}

int ours_store(const struct root *root, const struct ours *ours)
{
	return state_write(root, HISTORY_DIR, OURS_NAME, ours_print, ours);
}
