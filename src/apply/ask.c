// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/ask.h"

#include <stdio.h>
#include <string.h>

#include "lib/when.h"
#include "peers/backend.h"
#include "peers/bootloader.h"
#include "state/history.h"
#include "state/lock.h"

static void keep(const struct root *root, const char *whom, const char *words)
{
	static struct asked asked;
	char when[WHEN_MAX];
	int err;

	when_print_now(when, sizeof(when));
	asked_load(root, &asked);
	if (!words[0] || !asked_add(&asked, whom, when, words))
		return;
	err = asked_store(root, &asked);
	if (err)
		fprintf(stderr, "kdump-dma: /%s/%s: %s\n", HISTORY_DIR,
			ASKED_NAME, strerror(-err));
}

void ask_peers(const struct root *root, const struct config *config,
	       const char *cmdline)
{
	const struct backend *backend = backend_choose(root, config);
	const struct bootloader *bootloader = bootloader_detect(root, cmdline);
	char words[ASKED_WORDS_MAX];

	if (!root->is_live)
		return;
	/* The backend's program waits for this lock, and may have called us. */
	if (backend->ask &&
	    !(backend->lock && lock_is_held(root, backend->lock))) {
		backend->ask(words);
		keep(root, backend->name, words);
	}
	if (bootloader->ask) {
		bootloader->ask(root, config, words);
		keep(root, bootloader->name, words);
	}
}
