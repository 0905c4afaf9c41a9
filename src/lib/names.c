// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/names.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/macros.h"

struct adding {
	struct names *names;
	const char *suffix;
	int err;
};

static void add(void *arg, const char *name)
{
	struct adding *adding = arg;
	struct names *names = adding->names;
	char **more;

	if (name[0] == '.' || !text_ends(name, adding->suffix) || adding->err)
		return;
	if (names->count == NAMES_MAX) {
		adding->err = -E2BIG;
		return;
	}
	more = reallocarray(names->at, names->count + 1, sizeof(*more));
	if (more)
		names->at = more;
	if (more && (more[names->count] = strdup(name)))
		names->count++;
	else
		adding->err = -ENOMEM;
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort(struct names *names)
{
	size_t left = 0;

	if (names->count)
		qsort(names->at, names->count, sizeof(*names->at), by_bytes);
	for (size_t i = 0; i < names->count; i++)
		if (left && streq(names->at[left - 1], names->at[i]))
			free(names->at[i]);
		else
			names->at[left++] = names->at[i];
	names->count = left;
}

int names_add(struct names *names, const struct root *root, const char *suffix,
	      const char *folder)
{
	struct adding adding = { names, suffix, 0 };
	int err = root_list(root, add, &adding, "%s", folder);

	sort(names);
	return err ? err : adding.err;
}

void names_free(struct names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->at[i]);
	free(names->at);
	*names = (struct names){ 0 };
}
