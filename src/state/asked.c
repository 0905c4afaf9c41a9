// SPDX-License-Identifier: GPL-2.0-or-later
#include "state/asked.h"

#include <string.h>

#include "lib/macros.h"
#include "state/history.h"
#include "state/state.h"

static void add(struct asked *asked, struct text backend, struct text when,
		struct text words)
{
	struct asked_default *new;

	if (backend.len >= sizeof(new->backend) ||
	    when.len >= sizeof(new->when) || words.len >= sizeof(new->words) ||
	    words.len == 0)
		return;
	if (asked->count == ASKED_MAX)
		memmove(asked->defaults, asked->defaults + 1,
			--asked->count * sizeof(*asked->defaults));
	new = &asked->defaults[asked->count++];
	text_copy(backend, new->backend, sizeof(new->backend));
	text_copy(when, new->when, sizeof(new->when));
	text_copy(words, new->words, sizeof(new->words));
}

static void asked_line(void *arg, const struct line *line)
{
	struct text rest = line->text, key, backend, when;

	if (text_word(&rest, &key) && text_equal(key, "default") &&
	    text_word(&rest, &backend) && text_word(&rest, &when))
		add(arg, backend, when, text_trim(rest));
}

void asked_load(const struct root *root, struct asked *out)
{
	state_load(root, ASKED_NAME, asked_line, out, sizeof(*out));
}

const struct asked_default *asked_find(const struct asked *asked,
				       const char *backend, const char *words)
{
	for (size_t i = asked->count; i > 0; i--)
		if (streq(asked->defaults[i - 1].backend, backend) &&
		    streq(asked->defaults[i - 1].words, words))
			return &asked->defaults[i - 1];
	return NULL;
}

bool asked_add(struct asked *asked, const char *backend, const char *when,
	       const char *words)
{
	const struct asked_default *last =
		asked->count ? &asked->defaults[asked->count - 1] : NULL;

	if (last && streq(last->backend, backend) && streq(last->words, words))
		return false;
	add(asked, text_of(backend), text_of(when), text_of(words));
	return true;
}

void asked_print(FILE *to, const void *arg)
{
	const struct asked *asked = arg;

	for (size_t i = 0; i < asked->count; i++)
		fprintf(to, "default %s %s %s\n", asked->defaults[i].backend,
			asked->defaults[i].when, asked->defaults[i].words);
}

int asked_store(const struct root *root, const struct asked *asked)
{
	return state_write(root, HISTORY_DIR, ASKED_NAME, asked_print, asked);
}
