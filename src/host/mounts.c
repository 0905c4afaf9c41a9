// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/mounts.h"

#include <stdio.h>
#include <string.h>

#include "state/capture.h"

#define FILE_BYTES_MAX (1024 * 1024)

struct looking {
	struct text folder;
	char point[CAPTURE_FOLDER_MAX]; /* the nearest of fstab; "" if none */
	bool mounted;
};

static bool is_above(struct text point, struct text folder)
{
	return point.len > 1 && point.len <= folder.len &&
	       !memcmp(point.at, folder.at, point.len) &&
	       (point.len == folder.len || folder.at[point.len] == '/');
}

/* fstab(5): the second word is the mount point. */
static void fstab_line(void *arg, const struct line *line)
{
	struct looking *looking = arg;
	struct text rest = line->text, device, point;

	if (!text_word(&rest, &device) || device.at[0] == '#' ||
	    !text_word(&rest, &point))
		return;
	while (point.len > 1 && point.at[point.len - 1] == '/')
		point.len--;
	if (is_above(point, looking->folder) &&
	    point.len > strlen(looking->point))
		text_copy(point, looking->point, sizeof(looking->point));
}

/* proc_pid_mountinfo(5): the fifth word is. */
static void mountinfo_line(void *arg, const struct line *line)
{
	struct looking *looking = arg;
	struct text rest = line->text, word;

	for (int i = 0; i < 5; i++)
		if (!text_word(&rest, &word))
			return;
	if (text_equal(word, looking->point))
		looking->mounted = true;
}

bool mounts_are_there(const struct root *root, const char *folder)
{
	struct looking looking = { .folder = text_of(folder) };

	/* No fstab, nothing that it has. */
	(void)!root_lines(root, FILE_BYTES_MAX, fstab_line, &looking,
			  "etc/fstab");
	if (!looking.point[0])
		return true;
	return !root_lines(root, FILE_BYTES_MAX, mountinfo_line, &looking,
			   "proc/self/mountinfo") &&
	       looking.mounted;
}

bool mounts_may_have(const struct root *root, const char *point)
{
	struct looking looking = { 0 };

	snprintf(looking.point, sizeof(looking.point), "%s", point);
	return root_lines(root, FILE_BYTES_MAX, mountinfo_line, &looking,
			  "proc/self/mountinfo") ||
	       looking.mounted;
}
