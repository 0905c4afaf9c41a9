// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/pstore.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/macros.h"

#define LOG_BYTES_MAX (UINT64_C(1) << 20)

struct looking {
	const struct root *root;
	void (*fn)(void *arg, uint64_t token);
	void *arg;
	const char *path;
	int folder;
	const char *begins; /* names that count */
};

struct first_line {
	char text[64];
	bool have;
};

static void take_first(void *arg, const struct line *line)
{
	struct first_line *first = arg;

	if (!first->have)
		text_copy(line->text, first->text, sizeof(first->text));
	first->have = true;
}

/*
 * "Oops#1 Part1" (kmsg_dump_reason_str() in kernel/printk/printk.c): the kernel
 * went on after it, or ended on purpose. What cannot be read may be a panic.
 */
static bool went_on(const struct looking *looking, const char *name)
{
	static const char *const files[] = { "", "/dmesg.txt",
					     "/001/dmesg.txt" };
	static const char *const reasons[] = { "Oops#",	    "Emergency#",
					       "Shutdown#", "Restart#",
					       "Halt#",	    "Poweroff#" };
	struct first_line first = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(files) && !first.have; i++)
		if (root_exists(looking->root, "%s/%s%s", looking->path, name,
				files[i]))
			(void)!root_lines(looking->root, LOG_BYTES_MAX,
					  take_first, &first, "%s/%s%s",
					  looking->path, name, files[i]);
	for (size_t i = 0; i < ARRAY_SIZE(reasons); i++)
		if (!strncmp(first.text, reasons[i], strlen(reasons[i])))
			return true;
	return false;
}

static void look_at(void *arg, const char *name)
{
	const struct looking *looking = arg;
	struct stat st;
	char text[256];

	if (strncmp(name, looking->begins, strlen(looking->begins)) ||
	    root_stat(looking->folder, name, &st) ||
	    ((S_ISREG(st.st_mode) || S_ISDIR(st.st_mode)) &&
	     went_on(looking, name)))
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
		struct looking looking = { root, fn,
					   arg,	 places[i].folder,
					   -1,	 places[i].begins };

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
