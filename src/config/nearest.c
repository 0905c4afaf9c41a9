// SPDX-License-Identifier: GPL-2.0-or-later
#include "config/nearest.h"

#include <string.h>

#define LEN_MAX 40

static size_t least(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* Levenshtein's distance, row by row. */
static size_t distance(const char *a, const char *b)
{
	size_t row[LEN_MAX + 1], len = strlen(b);

	if (strlen(a) > LEN_MAX || len > LEN_MAX)
		return LEN_MAX;
	for (size_t j = 0; j <= len; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= len; j++) {
			size_t above = row[j];

			row[j] = least(above + 1, row[j - 1] + 1,
				       corner + (a[i - 1] != b[j - 1]));
			corner = above;
		}
	}
	return row[len];
}

const char *nearest(const char *meant, const char *(*word)(size_t i),
		    size_t count)
{
	const char *found = NULL;
	size_t best = 3;

	for (size_t i = 0; i < count; i++) {
		size_t far = distance(meant, word(i));

		if (far < best && 2 * far < strlen(word(i))) {
			best = far;
			found = word(i);
		}
	}
	return found;
}
