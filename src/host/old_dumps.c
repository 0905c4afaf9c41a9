// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/old_dumps.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/room.h"

/* True if it was learned, even if a full history has dropped it since. */
static bool is_ours(const struct history *history, const struct dump *dump)
{
	return dump->have_record && !dump->incomplete &&
	       history_knows(history, &dump->capture);
}

/*
 * Was the newest dump learned as saved? If not, an older one may be all that
 * there is of a crash.
 */
static bool is_safe(const struct history *history, const struct dump *newest)
{
	return is_ours(history, newest) &&
	       newest->capture.outcome == CAPTURE_SAVED;
}

/* The last capture that left something: was it saved? */
static bool last_was_saved(const struct history *history)
{
	for (size_t i = history->count; i > 0; i--)
		if (history->captures[i - 1].outcome != CAPTURE_NO_DUMP)
			return history->captures[i - 1].outcome ==
			       CAPTURE_SAVED;
	return true;
}

/*
 * Move ours to the front, in the order in which they were learned: a clock may
 * have gone backwards. Their number.
 */
static size_t ours_first(const struct history *history, struct dump *list,
			 size_t count)
{
	size_t ours = 0;

	for (size_t i = 0; i < count; i++) {
		struct dump dump = list[i];
		size_t order = history_order(history, &dump.capture), at = ours;

		if (!is_ours(history, &dump))
			continue;
		for (; at > 0 &&
		       history_order(history, &list[at - 1].capture) > order;
		     at--)
			list[at] = list[at - 1];
		list[at] = dump;
		ours++;
	}
	return ours;
}

int old_dumps_find(const struct root *root, const struct config *config,
		   const char *folder, const struct history *history,
		   struct old_dumps *out)
{
	uint64_t keep = config_number(config, CONFIG_KEEP);
	uint64_t keep_free = config_number(config, CONFIG_KEEP_FREE);
	size_t found, count = 0, ours;
	struct room room;
	int err;

	memset(out, 0, sizeof(*out));
	if (!keep && !keep_free)
		return 0;
	room_collect(root, folder, "", &room);
	err = dumps_find(root, folder, false, &out->list, &found);
	if (err)
		return err;
	for (size_t i = 0; i < found; i++)
		if (out->list[i].have_vmcore)
			out->list[count++] = out->list[i];
	if (count < 2 || !is_safe(history, &out->list[count - 1]) ||
	    !last_was_saved(history))
		return 0;
	ours = ours_first(history, out->list, count);
	while (out->count + 1 < ours) {
		const struct dump *dump = &out->list[out->count];
		bool many = keep && ours - out->count > keep;
		bool full = room.have_free && room.free_bytes < keep_free;

		if (!many && !full)
			break;
		out->count++;
		out->bytes += dump->vmcore_bytes;
		room.free_bytes += dump->vmcore_bytes;
	}
	return 0;
}

void old_dumps_free(struct old_dumps *old)
{
	free(old->list);
	memset(old, 0, sizeof(*old));
}

struct removing {
	int folder;
	int err;
};

/* The kernel's log and the record go by other names. */
static bool is_vmcore(const char *name)
{
	return (!strncmp(name, "vmcore", 6) || !strncmp(name, "dump.", 5)) &&
	       !strstr(name, "dmesg");
}

static void remove_one(void *arg, const char *name)
{
	struct removing *removing = arg;
	struct stat st;
	int err;

	if (!is_vmcore(name))
		return;
	err = root_stat(removing->folder, name, &st);
	if (!err && S_ISREG(st.st_mode) && unlinkat(removing->folder, name, 0))
		err = -errno;
	if (err)
		removing->err = err;
}

int old_dumps_remove(const struct root *root, const struct dump *dump)
{
	const char *path = dump->path + strspn(dump->path, "/");
	struct removing removing = { 0 };
	int err;

	removing.folder = root_openat(root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW,
				      "%s", path);
	if (removing.folder < 0)
		return removing.folder;
	err = root_list(root, remove_one, &removing, "%s", path);
	close(removing.folder);
	return err ? err : removing.err;
}
