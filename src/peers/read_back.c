// SPDX-License-Identifier: GPL-2.0-or-later
#include "peers/read_back.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "config/cmdline.h"
#include "peers/boot_words.h"

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
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
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

static bool has_suffix(const char *name, const char *suffix)
{
	size_t len = strlen(name), n = strlen(suffix);

	return len > n && !strcmp(name + len - n, suffix);
}

static void entry(void *arg, const char *name)
{
	struct reading *reading = arg;

	if (!has_suffix(name, ".conf"))
		return;
	snprintf(reading->path, sizeof(reading->path), "/%s/%s",
		 reading->folder, name);
	(void)!root_lines(reading->root, ENTRY_MAX, entry_line, reading,
			  "%s/%s", reading->folder, name);
}

static uint32_t le32(const unsigned char *at)
{
	return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
	       (uint32_t)at[3] << 24;
}

static bool get(int fd, void *buf, size_t len, uint64_t at)
{
	return pread(fd, buf, len, (off_t)at) == (ssize_t)len;
}

/* The section table of a PE file: entries of 40 bytes. */
static int find_section(int fd, uint32_t table, unsigned int count,
			const char *name, uint32_t *at, uint32_t *len)
{
	unsigned char section[40];

	for (unsigned int i = 0; i < count; i++) {
		if (!get(fd, section, sizeof(section),
			 (uint64_t)table + i * 40))
			return -EINVAL;
		if (strncmp((const char *)section, name, 8))
			continue;
		*len = le32(section + 8); /* as loaded, without padding */
		*at = le32(section + 20);
		return 0;
	}
	return -ENOENT;
}

int read_back_uki_cmdline(int fd, char *cmdline, size_t size)
{
	unsigned char head[64], coff[24];
	uint32_t pe, at, len;
	int err;

	cmdline[0] = '\0';
	if (!get(fd, head, sizeof(head), 0) || head[0] != 'M' || head[1] != 'Z')
		return -EINVAL;
	pe = le32(head + 60);
	if (!get(fd, coff, sizeof(coff), pe) || memcmp(coff, "PE\0", 4))
		return -EINVAL;
	err = find_section(fd, pe + 24 + (coff[20] | (uint32_t)coff[21] << 8),
			   coff[6] | (unsigned int)coff[7] << 8, ".cmdline",
			   &at, &len);
	if (err)
		return err;
	if (len >= size)
		return -ENOSPC;
	if (!get(fd, cmdline, len, at))
		return -EINVAL;
	cmdline[len] = '\0';
	for (char *c = cmdline; *c; c++)
		if (*c == '\n')
			*c = ' ';
	return 0;
}

static void image(void *arg, const char *name)
{
	struct reading *reading = arg;
	char cmdline[LINE_BYTES_MAX];
	int fd;

	if (!has_suffix(name, ".efi"))
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

	for (size_t i = 0; i < sizeof(partitions) / sizeof(*partitions); i++) {
		char folder[64];
		struct reading reading = { .seen = seen,
					   .root = root,
					   .folder = folder };

		snprintf(folder, sizeof(folder), "%s/loader/entries",
			 partitions[i]);
		(void)!root_list(root, entry, &reading, "%s", folder);
		snprintf(folder, sizeof(folder), "%s/EFI/Linux", partitions[i]);
		(void)!root_list(root, image, &reading, "%s", folder);
	}
}
