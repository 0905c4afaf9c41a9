// SPDX-License-Identifier: GPL-2.0-or-later
#include "peers/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/macros.h"
#include "lib/names.h"
#include "lib/text.h"

/*
 * Where units lie: of two with one name the first counts (systemd.unit(5)). An
 * administrator's, until the next boot, packages', and those of before /usr was
 * merged.
 */
static const char *const folders[] = {
	"etc/systemd/system",		"run/systemd/system",
	"usr/local/lib/systemd/system", "usr/lib/systemd/system",
	"lib/systemd/system",
};

/* A link to /dev/null: systemd takes nothing of that name from elsewhere. */
static bool is_null(const struct root *root, const char *folder,
		    const char *name)
{
	char target[8];

	return !root_link_name(root, target, sizeof(target), "%s/%s", folder,
			       name) &&
	       streq(target, "null");
}

/* Is there a file or a link of that name, wherever it leads to? */
static bool is_there(const struct root *root, const char *folder,
		     const char *name, struct stat *st)
{
	int fd = root_openat(root, O_PATH | O_NOFOLLOW, "%s/%s", folder, name);
	bool is = fd >= 0 && !fstat(fd, st);

	if (fd >= 0)
		close(fd);
	return is;
}

/* An empty file masks a unit, too. */
static bool is_masked(const struct root *root, const char *unit)
{
	struct stat st;

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		if (is_there(root, folders[i], unit, &st))
			return is_null(root, folders[i], unit) ||
			       (S_ISREG(st.st_mode) && !st.st_size);
	return false;
}

struct wanted {
	const struct root *root;
	const char *unit;
	size_t folder; /* that is looked into */
	bool found;
};

/* Any target may be the one that starts it. */
static void look_in(void *arg, const char *target)
{
	struct wanted *wanted = arg;
	const char *kind = strstr(target, ".target.");
	char name[600];
	struct stat st;

	if (!kind ||
	    !(streq(kind, ".target.wants") || streq(kind, ".target.requires")))
		return;
	snprintf(name, sizeof(name), "%s/%s", target, wanted->unit);
	for (size_t i = 0; i < wanted->folder; i++)
		if (is_there(wanted->root, folders[i], name, &st))
			return;
	if (!is_null(wanted->root, folders[wanted->folder], name) &&
	    root_exists(wanted->root, "%s/%s", folders[wanted->folder], name))
		wanted->found = true;
}

bool unit_is_enabled(const struct root *root, const char *unit)
{
	struct wanted wanted = { .root = root, .unit = unit };

	for (; wanted.folder < ARRAY_SIZE(folders); wanted.folder++)
		(void)!root_list(root, look_in, &wanted, "%s",
				 folders[wanted.folder]);
	return wanted.found && !is_masked(root, unit);
}

void unit_each(const struct root *root, const char *suffix,
	       void (*fn)(void *arg, const char *path), void *arg)
{
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		struct names names = { 0 };

		(void)!names_add(&names, root, suffix, folders[i]);
		for (size_t j = 0; j < names.count; j++) {
			char path[600];

			snprintf(path, sizeof(path), "%s/%s", folders[i],
				 names.at[j]);
			fn(arg, path);
		}
		names_free(&names);
	}
}
