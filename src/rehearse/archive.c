// SPDX-License-Identifier: GPL-2.0-or-later
#include "rehearse/archive.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/image.h"
#include "lib/number.h"
#include "peers/run.h"

#define HEADER_BYTES   110
#define UNPACK_SECONDS 120
#define LINKS_MAX      40 /* MAXSYMLINKS of the kernel */

static int field(const char *header, unsigned int index, uint64_t *out)
{
	return number_parse(header + 6 + 8 * index, 8, 16, out);
}

static size_t align4(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

static int add(struct archive *archive, const struct member *member)
{
	/* grown by doubling: a power of two is full */
	if ((archive->count & (archive->count - 1)) == 0) {
		size_t room = archive->count ? archive->count * 2 : 64;
		struct member *more =
			reallocarray(archive->item, room, sizeof(*more));

		if (!more)
			return -ENOMEM;
		archive->item = more;
	}
	if (archive->count == ARCHIVE_MEMBERS_MAX)
		return -E2BIG;
	archive->item[archive->count++] = *member;
	return 0;
}

/* A member at *offset; 1: it was the archive's last one. */
static int take_member(struct archive *archive, const char *data, size_t len,
		       size_t *offset)
{
	struct member member;
	uint64_t mode, size, name_size;
	size_t name = *offset + HEADER_BYTES;
	const char *header = data + *offset;

	if (len - *offset < HEADER_BYTES ||
	    (memcmp(header, "070701", 6) && memcmp(header, "070702", 6)) ||
	    field(header, 1, &mode) || field(header, 6, &size) ||
	    field(header, 11, &name_size))
		return -EINVAL;
	if (!name_size || name_size > len - name ||
	    data[name + name_size - 1] || align4(name + name_size) > len ||
	    size > len - align4(name + name_size))
		return -EINVAL;
	member = (struct member){ .path = data + name,
				  .mode = (uint32_t)mode,
				  .size = size,
				  .data = data + align4(name + name_size) };
	*offset = align4(align4(name + name_size) + size);
	if (!strcmp(member.path, "TRAILER!!!"))
		return 1;
	while (!strncmp(member.path, "./", 2) || member.path[0] == '/')
		member.path += member.path[0] == '/' ? 1 : 2;
	return add(archive, &member);
}

/* Archives that follow each other, with zeros between; up to what is none. */
static int take_all(struct archive *archive, const char *data, size_t len,
		    size_t *offset)
{
	for (;;) {
		int end = 0;

		while (*offset < len && !data[*offset])
			(*offset)++;
		if (len - *offset < 6 || memcmp(data + *offset, "07070", 5))
			return 0;
		while (!end) {
			if (*offset >= len)
				return -EINVAL;
			end = take_member(archive, data, len, offset);
		}
		if (end < 0)
			return end;
		if (*offset > len)
			return -EINVAL;
	}
}

static int by_path(const void *a, const void *b, void *arg)
{
	const struct archive *archive = arg;
	uint32_t one = *(const uint32_t *)a, other = *(const uint32_t *)b;
	int order = strcmp(archive->item[one].path, archive->item[other].path);

	return order ? order : one < other ? -1 : 1;
}

/* All members were taken: what archive_find() looks into. */
static int sort_paths(struct archive *archive)
{
	archive->by_path = calloc(archive->count + 1, sizeof(uint32_t));
	if (!archive->by_path)
		return -ENOMEM;
	for (uint32_t i = 0; i < archive->count; i++)
		archive->by_path[i] = i;
	qsort_r(archive->by_path, archive->count, sizeof(uint32_t), by_path,
		archive);
	return 0;
}

/* The whole of data. */
static int take_whole(struct archive *archive, const char *data, size_t len)
{
	size_t offset = 0;
	int err = take_all(archive, data, len, &offset);

	return err ? err : offset < len ? -EINVAL : 0;
}

int archive_parse(const char *data, size_t len, struct archive *out)
{
	int err;

	memset(out, 0, sizeof(*out));
	err = take_whole(out, data, len);
	return err ? err : sort_paths(out);
}

static int map_file(struct archive_map *map, int fd)
{
	struct stat st;

	if (fstat(fd, &st))
		return -errno;
	if (st.st_size <= 0 || (uint64_t)st.st_size > ARCHIVE_BYTES_MAX)
		return -EINVAL;
	map->at = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map->at == MAP_FAILED) {
		map->at = NULL;
		return -errno;
	}
	map->len = (size_t)st.st_size;
	return 0;
}

/* What is behind the archives in front, unpacked into memory. */
static int unpack_rest(int fd, const struct initramfs *initramfs,
		       struct archive_map *map)
{
	const char *program = image_unpacker(initramfs->kind);
	const char *argv[] = { program, "-dc", NULL };
	int memory, err;

	if (!program)
		return -EINVAL;
	if (lseek(fd, (off_t)initramfs->plain_bytes, SEEK_SET) < 0)
		return -errno;
	memory = memfd_create("kdump-dma-initramfs", MFD_CLOEXEC);
	if (memory < 0)
		return -errno;
	err = run_between(argv, UNPACK_SECONDS, fd, memory);
	if (err > 0)
		err = err == RUN_NOT_FOUND ? -ENOPKG : -EINVAL;
	if (!err)
		err = map_file(map, memory);
	close(memory);
	return err;
}

int archive_open(int fd, struct archive *out)
{
	struct initramfs initramfs;
	size_t offset = 0;
	int err = image_initramfs(fd, &initramfs);

	memset(out, 0, sizeof(*out));
	if (!err)
		err = map_file(&out->map[0], fd);
	if (!err)
		err = take_all(out, out->map[0].at, out->map[0].len, &offset);
	if (!err && offset < out->map[0].len) {
		err = unpack_rest(fd, &initramfs, &out->map[1]);
		if (!err)
			err = take_whole(out, out->map[1].at, out->map[1].len);
	}
	return err ? err : sort_paths(out);
}

void archive_close(struct archive *archive)
{
	free(archive->item);
	free(archive->by_path);
	for (size_t i = 0; i < 2; i++)
		if (archive->map[i].at)
			munmap(archive->map[i].at, archive->map[i].len);
	memset(archive, 0, sizeof(*archive));
}

/* Of several with one path the last one. */
static const struct member *find_exact(const struct archive *archive,
				       const char *path, size_t len)
{
	const struct member *found = NULL;
	size_t from = 0, to = archive->count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		const struct member *member =
			&archive->item[archive->by_path[middle]];
		int order = strncmp(member->path, path, len);

		if (!order && !member->path[len])
			found = member;
		if (order < 0 || (!order && !member->path[len]))
			from = middle + 1;
		else
			to = middle;
	}
	return found;
}

/* path[0..len) leads to a symlink: put its target in that place of path. */
static bool follow(char path[static ARCHIVE_PATH_MAX], size_t len,
		   const struct member *link)
{
	char rest[ARCHIVE_PATH_MAX];
	size_t folder = len;
	int n;

	snprintf(rest, sizeof(rest), "%s", path + len);
	if (link->size && link->data[0] == '/')
		folder = 0;
	while (folder && path[folder - 1] != '/')
		folder--;
	n = snprintf(path + folder, ARCHIVE_PATH_MAX - folder, "%.*s%s",
		     (int)link->size, link->data, rest);
	return n > 0 && (size_t)n < ARCHIVE_PATH_MAX - folder;
}

/* Take "//", "./" and "NAME/../" out of it. */
static void tidy(char *path)
{
	char out[ARCHIVE_PATH_MAX] = "", *rest = path, *part;
	size_t len = 0;

	while ((part = strsep(&rest, "/"))) {
		if (!*part || !strcmp(part, "."))
			continue;
		if (!strcmp(part, "..")) {
			while (len && out[--len] != '/')
				;
			out[len] = '\0';
			continue;
		}
		len += (size_t)snprintf(out + len, sizeof(out) - len, "%s%s",
					len ? "/" : "", part);
	}
	memcpy(path, out, len + 1);
}

/* Follow the first symlink. 1: there was one; 0: none; -1: too long. */
static int follow_first(const struct archive *archive,
			char at[static ARCHIVE_PATH_MAX])
{
	for (size_t len = 0; at[len];) {
		const struct member *member;

		len += strcspn(at + len + !!len, "/") + !!len;
		member = find_exact(archive, at, len);
		if (!member || !S_ISLNK(member->mode))
			continue;
		if (!follow(at, len, member))
			return -1;
		tidy(at);
		return 1;
	}
	return 0;
}

const struct member *archive_find(const struct archive *archive,
				  const char *path)
{
	char at[ARCHIVE_PATH_MAX];

	if ((size_t)snprintf(at, sizeof(at), "%s", path) >= sizeof(at))
		return NULL;
	tidy(at);
	for (int links = 0; links < LINKS_MAX; links++) {
		int followed = follow_first(archive, at);

		if (followed < 0)
			return NULL;
		if (!followed)
			return find_exact(archive, at, strlen(at));
	}
	return NULL;
}
