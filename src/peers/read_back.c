// SPDX-License-Identifier: GPL-2.0-or-later
#include "peers/read_back.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "config/cmdline.h"
#include "lib/macros.h"
#include "peers/boot_words.h"
#include "peers/pe.h"

#define GRUB_CFG_MAX (4 * 1024 * 1024)
#define ENTRY_MAX    (64 * 1024)

static void look_at(struct read_back *seen, const char *cmdline,
		    const char *where)
{
	char words[BOOT_WORDS_MAX];
	int err = cmdline_crashkernel(cmdline, words, sizeof(words));

	seen->lines++;
	if (!err && !strcmp(words, seen->words))
		seen->having++;
	else if (!seen->other[0])
		snprintf(seen->other, sizeof(seen->other), "%s", where);
}

struct reading {
	struct read_back *seen;
	const struct root *root;
	const char *folder;
	char path[256];
};

/* "linux KERNEL WORDS...", with the suffixes that GRUB's commands had. */
static void grub_line(void *arg, const struct line *line)
{
	static const char *const commands[] = { "linux", "linux16",
						"linuxefi" };
	struct reading *reading = arg;
	struct text rest = text_trim(line->text), command;
	char cmdline[LINE_BYTES_MAX];

	if (!text_word(&rest, &command) || line->cut ||
	    rest.len >= sizeof(cmdline))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (text_equal(command, commands[i])) {
			text_copy(rest, cmdline, sizeof(cmdline));
			look_at(reading->seen, cmdline, reading->path);
			return;
		}
}

int read_back_grub_cfg(const struct root *root, const char *path,
		       struct read_back *seen)
{
	struct reading reading = { .seen = seen, .root = root };

	snprintf(reading.path, sizeof(reading.path), "/%s", path);
	return root_lines(root, GRUB_CFG_MAX, grub_line, &reading, "%s", path);
}

static void entry_line(void *arg, const struct line *line)
{
	struct reading *reading = arg;
	struct text rest = text_trim(line->text), key;
	char cmdline[LINE_BYTES_MAX];

	if (!text_word(&rest, &key) || !text_equal(key, "options") ||
	    line->cut || rest.len >= sizeof(cmdline))
		return;
	text_copy(rest, cmdline, sizeof(cmdline));
	look_at(reading->seen, cmdline, reading->path);
}

static void entry(void *arg, const char *name)
{
	struct reading *reading = arg;

	if (!text_ends(name, ".conf"))
		return;
	snprintf(reading->path, sizeof(reading->path), "/%s/%s",
		 reading->folder, name);
	(void)!root_lines(reading->root, ENTRY_MAX, entry_line, reading,
			  "%s/%s", reading->folder, name);
}

int read_back_uki_cmdline(int fd, char *cmdline, size_t size)
{
	int err = pe_text(fd, ".cmdline", cmdline, size);

	for (char *c = cmdline; *c; c++)
		if (*c == '\n')
			*c = ' ';
	return err;
}

static void image(void *arg, const char *name)
{
	struct reading *reading = arg;
	char cmdline[LINE_BYTES_MAX];
	int fd;

	if (!text_ends(name, ".efi"))
		return;
	snprintf(reading->path, sizeof(reading->path), "/%s/%s",
		 reading->folder, name);
	fd = root_openat(reading->root, O_RDONLY | O_NONBLOCK, "%s/%s",
			 reading->folder, name);
	if (fd < 0)
		return;
	if (!read_back_uki_cmdline(fd, cmdline, sizeof(cmdline)))
		look_at(reading->seen, cmdline, reading->path);
	close(fd);
}

void read_back_entries(const struct root *root, struct read_back *seen)
{
	static const char *const partitions[] = { "boot", "efi", "boot/efi" };

	for (size_t i = 0; i < ARRAY_SIZE(partitions); i++) {
		char folder[64];
		struct reading reading = { .seen = seen,
					   .root = root,
					   .folder = folder };

		snprintf(folder, sizeof(folder), "%s/loader/entries",
			 partitions[i]);
		if (!seen->only_images)
			(void)!root_list(root, entry, &reading, "%s", folder);
		snprintf(folder, sizeof(folder), "%s/EFI/Linux", partitions[i]);
		(void)!root_list(root, image, &reading, "%s", folder);
	}
}
