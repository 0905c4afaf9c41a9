// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/room.h"

#include <fcntl.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "lib/macros.h"
#include "lib/text.h"

#define PROC_BYTES_MAX (64 * 1024)

/* makedumpfile(8): pages that a bit of the dump level leaves out */
enum { LEVEL_CACHE = 2, LEVEL_PRIVATE = 4, LEVEL_USER = 8, LEVEL_FREE = 16 };

unsigned int room_dump_level(const char *args)
{
	struct text rest = text_of(args), word;
	uint64_t level = 0, number;

	while (text_word(&rest, &word)) {
		if (!text_skip(&word, "-d"))
			continue;
		if (word.len == 0 && !text_word(&rest, &word))
			break;
		/* "-d 1,31": the largest is tried first */
		while (word.len && memchr(word.at, ',', word.len)) {
			struct text first;

			text_split(&word, ',', &first);
		}
		if (!text_number(word, 10, &number) && number <= 31)
			level = number;
	}
	return (unsigned int)level;
}

struct memory {
	uint64_t total, free, buffers, cached, anon; /* KiB */
	uint64_t anon_huge, hugetlb; /* 0: this kernel has none */
	unsigned int seen;
};

#define SEEN_ALL 0x1f /* the first five */

static void memory_line(void *arg, const struct line *line)
{
	struct memory *memory = arg;
	const struct {
		const char *key;
		uint64_t *kib;
	} keys[] = {
		{ "MemTotal", &memory->total },
		{ "MemFree", &memory->free },
		{ "Buffers", &memory->buffers },
		{ "Cached", &memory->cached },
		{ "AnonPages", &memory->anon },
		{ "AnonHugePages", &memory->anon_huge },
		{ "Hugetlb", &memory->hugetlb },
	};
	struct text rest = line->text, key, number;

	if (!text_split(&rest, ':', &key) || !text_word(&rest, &number))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (text_equal(key, keys[i].key) &&
		    !text_number(number, 10, keys[i].kib))
			memory->seen |= 1U << i;
}

static void expect(const struct root *root, unsigned int level,
		   struct room *out)
{
	struct memory memory = { 0 };
	uint64_t left_out = 0;

	if (root_lines(root, PROC_BYTES_MAX, memory_line, &memory,
		       "proc/meminfo") ||
	    (memory.seen & SEEN_ALL) != SEEN_ALL)
		return;
	if (level & LEVEL_FREE)
		left_out += memory.free;
	if ((level & LEVEL_CACHE) && (level & LEVEL_PRIVATE))
		left_out += memory.cached + memory.buffers;
	if (level & LEVEL_USER) {
		left_out += memory.anon + memory.hugetlb;
		out->huge_bytes = (memory.anon_huge + memory.hugetlb) * 1024;
	}
	out->have_expected = left_out < memory.total;
	if (out->have_expected)
		out->expected_bytes = (memory.total - left_out) * 1024;
}

/* Of the folder, or of the nearest one above it that is there. */
static void find_free(const struct root *root, const char *folder,
		      struct room *out)
{
	struct text path = text_of(folder);
	struct statvfs fs;
	int fd;

	while (path.len && path.at[0] == '/') {
		path.at++;
		path.len--;
	}
	do {
		fd = root_openat(root, O_RDONLY | O_DIRECTORY, "%.*s",
				 path.len ? (int)path.len : 1,
				 path.len ? path.at : ".");
		while (path.len && path.at[--path.len] != '/')
			;
	} while (fd < 0 && path.len);
	if (fd < 0)
		return;
	out->have_free = !fstatvfs(fd, &fs);
	if (out->have_free)
		out->free_bytes = (uint64_t)fs.f_bavail * fs.f_frsize;
	out->have_inodes = out->have_free && fs.f_files;
	if (out->have_inodes)
		out->free_inodes = fs.f_favail;
	close(fd);
}

void room_collect(const struct root *root, const char *folder, const char *args,
		  struct room *out)
{
	memset(out, 0, sizeof(*out));
	expect(root, room_dump_level(args), out);
	/* Below another root the file system is not the machine's. */
	if (folder && root->is_live)
		find_free(root, folder, out);
	if (root->is_live)
		return;
	out->have_free = !root_read_u64(root, &out->free_bytes, ".room");
	out->have_inodes = !root_read_u64(root, &out->free_inodes, ".inodes");
}
