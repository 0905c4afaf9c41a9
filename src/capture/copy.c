// SPDX-License-Identifier: GPL-2.0-or-later
/* The plain copy of the memory, which is made if the collector failed. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "capture/capture.h"
#include "capture/save.h"
#include "capture/say.h"
#include "lib/clock.h"

#define CHUNK_BYTES (256 * 1024)
#define PAGE_BYTES  4096
/* For the record and the file system's metadata. */
#define SPARE_BYTES (UINT64_C(1) << 20)
/* No machine has more memory; a larger vmcore is a broken header. */
#define VMCORE_MAX (INT64_C(1) << 52)
#define SAY_MS	   60000
#define END_MS	   2000 /* the step ends itself so long before its limit */
/* A part of a vmcore that is smaller has only headers and bitmaps. */
#define WORTH_BYTES (1 << 20)
#define MIB	    (UINT64_C(1) << 20)

struct copy {
	int from;
	int to; /* -1: only count, up to room_bytes */
	uint64_t room_bytes;
	uint64_t size_bytes;
	uint64_t data_bytes; /* pages that are not zero */
	uint64_t lost_bytes; /* could not be read */
	uint64_t begin_ms;
	const char *rival; /* what the collector left; NULL: nothing */
};

static char chunk[CHUNK_BYTES];

static bool is_zero(const char *at, size_t len)
{
	return at[0] == 0 && !memcmp(at, at + 1, len - 1);
}

static uint64_t left_ms(void)
{
	uint64_t now = clock_ms() + END_MS;

	return capture->step_end_ms > now ? capture->step_end_ms - now : 0;
}

/*
 * The target is full, and removing what the collector left would make room.
 * Remove it only if the rest of the copy, at its speed until now, takes at most
 * 4/5 of the time that is left: a part of the copy is no better than the part
 * that the collector left.
 */
static bool gets_room(struct copy *copy, uint64_t at)
{
	uint64_t spent_ms = clock_ms() - copy->begin_ms + 1;

	uint64_t left_mib = (copy->size_bytes - at) / MIB + 1;

	if (!copy->rival ||
	    spent_ms * left_mib * 5 > left_ms() * (at / MIB) * 4)
		return false;
	say("removing what the collector left, for a plain copy");
	unlink(copy->rival);
	copy->rival = NULL;
	return true;
}

static int write_page(struct copy *copy, const char *page, size_t len,
		      uint64_t at)
{
	do {
		errno = ENOSPC; /* for a write that wrote less than asked for */
		if (pwrite(copy->to, page, len, (off_t)at) == (ssize_t)len)
			return 0;
	} while (errno == ENOSPC && gets_room(copy, at));
	return -errno;
}

/* Write the pages that are not zero; the others become holes. */
static int write_pages(struct copy *copy, size_t len, uint64_t at)
{
	size_t page;
	int err;

	for (size_t i = 0; i < len; i += page) {
		page = len - i < PAGE_BYTES ? len - i : PAGE_BYTES;
		if (is_zero(chunk + i, page))
			continue;
		copy->data_bytes += page;
		err = copy->to < 0 ? 0
				   : write_page(copy, chunk + i, page, at + i);
		if (err)
			return err;
	}
	return 0;
}

/* Read as much as can be read. A page with a memory error becomes a hole. */
static size_t read_pages(struct copy *copy, uint64_t at)
{
	uint64_t left = copy->size_bytes - at;
	size_t wanted = left < sizeof(chunk) ? (size_t)left : sizeof(chunk);
	ssize_t got = pread(copy->from, chunk, wanted, (off_t)at);

	if (got > 0)
		return (size_t)got;
	wanted = wanted < PAGE_BYTES ? wanted : PAGE_BYTES;
	got = pread(copy->from, chunk, wanted, (off_t)at);
	if (got > 0)
		return (size_t)got;
	copy->lost_bytes += wanted;
	memset(chunk, 0, wanted);
	return wanted;
}

static int copy_all(struct copy *copy)
{
	uint64_t said_ms = clock_ms();
	size_t len;
	int err;

	copy->data_bytes = copy->lost_bytes = 0;
	for (uint64_t at = 0; at < copy->size_bytes; at += len) {
		len = read_pages(copy, at);
		err = write_pages(copy, len, at);
		if (err)
			return err;
		if (copy->to < 0 && copy->data_bytes > copy->room_bytes)
			return -ENOSPC;
		if (left_ms() == 0)
			return -ETIMEDOUT;
		if (clock_ms() - said_ms >= SAY_MS) {
			said_ms = clock_ms();
			say("%llu of %llu MiB", (unsigned long long)(at / MIB),
			    (unsigned long long)(copy->size_bytes / MIB));
		}
	}
	if (copy->to >= 0 && ftruncate(copy->to, (off_t)copy->size_bytes))
		return -errno;
	return 0;
}

static uint64_t free_bytes(void)
{
	struct statvfs fs;

	if (statvfs(capture->folder, &fs))
		return 0;
	return (uint64_t)fs.f_bavail * fs.f_frsize;
}

/* If not all of the memory fits, count its pages that are not zero. */
static int check_room(struct copy *copy, uint64_t room)
{
	int err;

	room = room > SPARE_BYTES ? room - SPARE_BYTES : 0;
	if (copy->size_bytes <= room)
		return 0;
	copy->to = -1;
	copy->room_bytes = room;
	err = copy_all(copy);
	if (err == -ENOSPC)
		say_event("a plain copy takes %llu MiB, and %llu MiB are free",
			  (unsigned long long)(copy->size_bytes / MIB),
			  (unsigned long long)(room / MIB));
	return err;
}

/*
 * If the file system has no inode left, remove the file that keeps room for the
 * record: that frees one.
 */
static int make_file(const char *path)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	char room[PATH_BYTES + 32];
	int fd = open(path, flags, 0600);

	if (fd < 0 && errno == ENOSPC) {
		snprintf(room, sizeof(room), "%s/" ROOM_NAME, capture->folder);
		unlink(room);
		fd = open(path, flags, 0600);
	}
	return fd < 0 ? -errno : fd;
}

static int copy_to(struct copy *copy, const char *path)
{
	int err;

	copy->to = make_file(path);
	if (copy->to < 0)
		return copy->to;
	say("copying %llu MiB", (unsigned long long)(copy->size_bytes / MIB));
	copy->begin_ms = clock_ms();
	err = copy_all(copy);
	close(copy->to);
	if (!copy->lost_bytes)
		return err;
	say_event("%llu KiB of the memory could not be read",
		  (unsigned long long)(copy->lost_bytes / 1024));
	/* Not even a part: what the collector left is worth more. */
	if (copy->data_bytes < WORTH_BYTES) {
		unlink(path);
		err = -EIO;
	}
	return err;
}

static int open_vmcore(struct copy *copy)
{
	struct stat st;

	copy->from = open(capture->conf.vmcore, O_RDONLY | O_CLOEXEC);
	if (copy->from < 0 || fstat(copy->from, &st)) {
		say_event("%s: %s", capture->conf.vmcore, strerror(errno));
		return -EIO;
	}
	if (st.st_size <= 0 || st.st_size > VMCORE_MAX) {
		say_event("%s cannot have %lld bytes: no plain copy",
			  capture->conf.vmcore, (long long)st.st_size);
		return -EFBIG;
	}
	copy->size_bytes = (uint64_t)st.st_size;
	return 0;
}

/* The bytes that the collector's part takes; if it has headers only, 0. */
static uint64_t weigh_rival(const char *part)
{
	struct stat st;

	if (stat(part, &st))
		return 0;
	if (st.st_size >= WORTH_BYTES)
		return (uint64_t)st.st_blocks * 512;
	unlink(part);
	return 0;
}

int save_copy(void)
{
	char part[PATH_BYTES + 32], path[PATH_BYTES + 32];
	struct copy copy = { .to = -1 };
	uint64_t rival_bytes;
	int err = open_vmcore(&copy);

	if (err)
		return err;
	snprintf(part, sizeof(part), "%s/" VMCORE_PART, capture->folder);
	snprintf(path, sizeof(path), "%s/" COPY_PART, capture->folder);
	rival_bytes = weigh_rival(part);
	copy.rival = rival_bytes ? part : NULL;
	err = check_room(&copy, free_bytes() + rival_bytes);
	if (err == -ENOSPC)
		return err;
	if (!err)
		err = copy_to(&copy, path);
	if (err) {
		say_event("a plain copy failed: %s", strerror(-err));
		return err;
	}
	err = save_keep("a plain copy", 0, COPY_PART);
	if (err)
		return err;
	unlink(part);
	strcpy(capture->collected_with, "a plain copy");
	say_event("saved by a plain copy");
	return 0;
}
