// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/measure.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/image.h"
#include "host/luks.h"
#include "peers/run.h"
#include "state/history.h"
#include "state/state.h"

#define UNPACKED_MAX  (UINT64_C(8) << 30)
#define SECONDS_LIMIT 60

static int count(void *arg, const char *buf, size_t len)
{
	uint64_t *bytes = arg;

	(void)buf;
	*bytes += len;
	return *bytes < UNPACKED_MAX ? 0 : -EFBIG;
}

static int unpack(int fd, const struct initramfs *initramfs, uint64_t *bytes)
{
	const char *program = image_unpacker(initramfs->kind);
	const char *const argv[] = { program, "-dc", NULL };

	*bytes = initramfs->plain_bytes;
	if (!program)
		return -ENOENT;
	if (lseek(fd, (off_t)initramfs->plain_bytes, SEEK_SET) < 0)
		return -errno;
	return run_take(argv, fd, SECONDS_LIMIT, count, bytes);
}

static void measure_initramfs(const struct root *root, const char *path,
			      const struct measured *was, struct measured *now)
{
	int fd = root_openat(root, O_RDONLY, "%s", path);
	struct initramfs initramfs;
	struct stat st;
	uint64_t bytes;

	if (fd < 0)
		return;
	if (fstat(fd, &st) || image_initramfs(fd, &initramfs) ||
	    initramfs.have_unpacked) {
		close(fd);
		return;
	}
	if (measured_is_of(was, path, &st))
		bytes = was->unpacked_bytes;
	else if (unpack(fd, &initramfs, &bytes))
		bytes = 0;
	close(fd);
	if (!bytes)
		return;
	snprintf(now->initramfs, sizeof(now->initramfs), "%s", path);
	now->packed_bytes = (uint64_t)st.st_size;
	now->changed_seconds = (uint64_t)st.st_mtime;
	now->unpacked_bytes = bytes;
}

int measure(const struct root *root, const char *initramfs_path)
{
	struct measured was, now;

	if (!root->is_live)
		return 0;
	measured_load(root, &was);
	memset(&now, 0, sizeof(now));
	if (initramfs_path[0])
		measure_initramfs(root, initramfs_path, &was, &now);
	now.luks_bytes = luks_bytes(root);
	return memcmp(&was, &now, sizeof(now))
		       ? state_write(root, HISTORY_DIR, IMAGES_NAME,
				     measured_print, &now)
		       : 0;
}
