// SPDX-License-Identifier: GPL-2.0-or-later
/* save_copy(): what is left to do where the collector failed. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "capture/capture.h"
#include "capture/clock.h"
#include "capture/save.h"
#include "capture/say.h"

#define CHUNK_BYTES (256 * 1024)
#define PAGE_BYTES  4096
#define SPARE_BYTES (UINT64_C(1) << 20) /* for the record, and metadata */
/* No machine has more memory; a larger vmcore is a broken header. */
#define VMCORE_MAX (INT64_C(1) << 52)
#define SAY_MS	   60000
#define MIB	   (UINT64_C(1) << 20)

struct copy {
	int from;
	int to; /* -1: only count, up to room_bytes */
	uint64_t room_bytes;
	uint64_t size_bytes;
	uint64_t data_bytes; /* pages that are not zero */
	uint64_t lost_bytes; /* could not be read */
};

static char chunk[CHUNK_BYTES];

static bool is_zero(const char *at, size_t len)
{
	return at[0] == 0 && !memcmp(at, at + 1, len - 1);
}

/* A page of zeros stays a hole. */
static int write_pages(struct copy *copy, size_t len, uint64_t at)
{
	size_t page;

	for (size_t i = 0; i < len; i += page) {
		page = len - i < PAGE_BYTES ? len - i : PAGE_BYTES;
		if (is_zero(chunk + i, page))
			continue;
		copy->data_bytes += page;
		if (copy->to >= 0 && pwrite(copy->to, chunk + i, page,
					    (off_t)(at + i)) != (ssize_t)page)
			return errno ? -errno : -ENOSPC;
	}
	return 0;
}

/* As much as can be read; a page with a memory error becomes a hole. */
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

/* What the collector left gives its room back only if the copy then fits. */
static bool fits(struct copy *copy, const char *part)
{
	uint64_t room = free_bytes();
	struct stat st;

	if (stat(part, &st) == 0)
		room += (uint64_t)st.st_blocks * 512;
	room = room > SPARE_BYTES ? room - SPARE_BYTES : 0;
	if (copy->size_bytes <= room)
		return true;
	/* without its pages of zeros it may be small enough */
	copy->to = -1;
	copy->room_bytes = room;
	if (copy_all(copy) == 0)
		return true;
	say_event("a plain copy takes %llu MiB, and %llu MiB are free",
		  (unsigned long long)(copy->size_bytes / MIB),
		  (unsigned long long)(room / MIB));
	return false;
}

static int copy_to(struct copy *copy, const char *part)
{
	int err;

	unlink(part);
	copy->to =
		open(part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		     0600);
	if (copy->to < 0)
		return -errno;
	snprintf(capture->collected_with, sizeof(capture->collected_with),
		 "a plain copy");
	say("copying %llu MiB", (unsigned long long)(copy->size_bytes / MIB));
	err = copy_all(copy);
	close(copy->to);
	if (copy->lost_bytes)
		say_event("%llu KiB of the memory could not be read",
			  (unsigned long long)(copy->lost_bytes / 1024));
	return err;
}

int save_copy(void)
{
	struct copy copy = { .to = -1 };
	char part[PATH_BYTES + 32];
	struct stat st;
	int err;

	copy.from = open(capture->conf.vmcore, O_RDONLY | O_CLOEXEC);
	if (copy.from < 0 || fstat(copy.from, &st)) {
		say_event("%s: %s", capture->conf.vmcore, strerror(errno));
		return -EIO;
	}
	if (st.st_size <= 0 || st.st_size > VMCORE_MAX) {
		say_event("%s cannot have %lld bytes: no plain copy",
			  capture->conf.vmcore, (long long)st.st_size);
		return -EFBIG;
	}
	copy.size_bytes = (uint64_t)st.st_size;
	snprintf(part, sizeof(part), "%s/" VMCORE_PART, capture->folder);
	if (!fits(&copy, part))
		return -ENOSPC;
	err = copy_to(&copy, part);
	if (err)
		say_event("a plain copy failed: %s", strerror(-err));
	else if ((err = save_keep("a plain copy", 0)) == 0)
		say_event("saved by a plain copy");
	return err;
}
