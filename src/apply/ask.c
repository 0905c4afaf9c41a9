// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/ask.h"

#include <stdio.h>
#include <string.h>

#include "peers/backend.h"
#include "lib/when.h"
#include "state/history.h"
#include "state/lock.h"

void ask_backend(const struct root *root, const struct config *config)
{
	const struct backend *backend = backend_choose(root, config);
	char words[ASKED_WORDS_MAX], when[WHEN_MAX];
	static struct asked asked;
	int err;

	if (!root->is_live || !backend->ask)
		return;
	/* The backend's program waits for this lock, and may have called us. */
	if (backend->lock && lock_is_held(root, backend->lock))
		return;
	backend->ask(words);
	when_print_now(when, sizeof(when));
	asked_load(root, &asked);
	if (!words[0] || !asked_add(&asked, backend->name, when, words))
		return;
	err = asked_store(root, &asked);
	if (err)
		fprintf(stderr, "kdump-dma: /%s/%s: %s\n", HISTORY_DIR,
			ASKED_NAME, strerror(-err));
}
