// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/pstore.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/macros.h"

struct looking {
	void (*fn)(void *arg, uint64_t token);
	void *arg;
	int folder;
	const char *begins; /* names that count */
};

static void look_at(void *arg, const char *name)
{
	const struct looking *looking = arg;
	struct stat st;
	char text[256];

	if (strncmp(name, looking->begins, strlen(looking->begins)) ||
	    fstatat(looking->folder, name, &st, AT_SYMLINK_NOFOLLOW))
		return;
	snprintf(text, sizeof(text), "pstore %.200s %lld", name,
		 (long long)st.st_mtime);
	looking->fn(looking->arg, text_hash(text_of(text)));
}

void pstore_each(const struct root *root, void (*fn)(void *arg, uint64_t token),
		 void *arg)
{
	static const struct {
		const char *folder, *begins;
	} places[] = {
		{ "sys/fs/pstore", "dmesg-" },
		{ "var/lib/systemd/pstore", "" }, /* folders by time */
	};

	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		struct looking looking = { fn, arg, -1, places[i].begins };

		looking.folder = root_openat(root, O_RDONLY | O_DIRECTORY, "%s",
					     places[i].folder);
		if (looking.folder < 0)
			continue;
		/* What cannot be listed says nothing. */
		(void)!root_list(root, look_at, &looking, "%s",
				 places[i].folder);
		close(looking.folder);
	}
}
