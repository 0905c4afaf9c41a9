// SPDX-License-Identifier: GPL-2.0-or-later
#include "peers/boot_tries.h"

#include <string.h>

#include "lib/macros.h"

/* "LEFT" or "LEFT-DONE" */
static bool take_counts(struct text text, struct boot_tries *out)
{
	struct text left;

	if (!text_split(&text, '-', &left) || text_number(left, 10, &out->left))
		return false;
	out->done = 0;
	/* "3-" is no count: something has to follow the dash. */
	return left.at[left.len] != '-' || !text_number(text, 10, &out->done);
}

struct boot_tries boot_tries_of(const char *file)
{
	const char *end = strrchr(file, '.');
	const char *plus = strrchr(file, '+');
	struct boot_tries out = { .name = text_of(file) };

	if (!end)
		return out;
	out.name.len = (size_t)(end - file);
	out.suffix = text_of(end);
	if (!plus || plus > end)
		return out;
	out.is_counted = take_counts(
		(struct text){ plus + 1, (size_t)(end - plus - 1) }, &out);
	if (out.is_counted)
		out.name.len = (size_t)(plus - file);
	return out;
}

static bool has_none_left(const struct boot_tries *tries)
{
	return tries->is_counted && !tries->left;
}

/* systemd-boot's boot_entry_compare() */
bool boot_tries_goes_first(const struct boot_tries *one,
			   const struct boot_tries *other)
{
	if (has_none_left(one) != has_none_left(other))
		return has_none_left(other);
	if (!one->is_counted || !other->is_counted)
		return false;
	return one->left > other->left ||
	       (one->left == other->left && one->done < other->done);
}

bool boot_tries_is_twin(const struct boot_tries *one,
			const struct boot_tries *other)
{
	bool is_same = one->is_counted == other->is_counted &&
		       (!one->is_counted ||
			(one->left == other->left && one->done == other->done));

	return text_same(one->name, other->name) &&
	       text_same(one->suffix, other->suffix) && !is_same;
}
