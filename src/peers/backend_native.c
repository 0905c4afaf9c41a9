// SPDX-License-Identifier: GPL-2.0-or-later
/* Our own: dracut-module/native builds and loads an image of our modules. */
#include <stdio.h>
#include <string.h>

#include "lib/macros.h"
#include "peers/backend.h"
#include "peers/peer_paths.h"

static int native_read_append(const struct root *root,
			      const struct config *config,
			      struct append *append)
{
	(void)root;
	config_append(config, append->words);
	return append_check(PATH_NATIVE, append);
}

static int native_edit_pool(const struct root *root, const char *append,
			    const char *pool, struct edits *edits)
{
	char content[512];

	(void)append; /* what people wrote stands in another file */
	snprintf(content, sizeof(content),
		 "# Written by kdump-dma apply, removed by kdump-dma revert.\n"
		 "append_plan = coherent_pool=%s\n",
		 pool ? pool : "");
	return edits_set_file(root, edits, PATH_NATIVE, pool ? content : NULL);
}

static const char *native_words_of_people(const struct config *config)
{
	return config_text(config, CONFIG_APPEND);
}

static bool native_folder(const struct root *root, const struct config *config,
			  char *value, size_t size)
{
	(void)root;
	snprintf(value, size, "%s", config_text(config, CONFIG_PATH));
	return true;
}

static bool native_target(const struct root *root, const struct config *config,
			  char *value, size_t size)
{
	(void)root;
	snprintf(value, size, "%s", config_local_target(config));
	return !streq(value, "none");
}

const struct backend backend_native = {
	.name = "native",
	.unit = "kdump-dma.service",
	.initramfs = { "var/lib/kdump-dma/initrd-%s.img" },
	.stale_note = "run/kdump-dma/stale",
	.cpus_always = 1,
	.files = { { .path = PATH_NATIVE, .is_all_ours = true } },
	.read_append = native_read_append,
	.edit_pool = native_edit_pool,
	.drops_words = true,
	.words_of_people = native_words_of_people,
	.folder = native_folder,
	.folder_key = "path in /etc/kdump-dma.conf",
	.target = native_target,
	.reload = { "/usr/lib/kdump-dma/native", "load" },
};
