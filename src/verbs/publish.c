// SPDX-License-Identifier: GPL-2.0-or-later
#include "verbs/publish.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rehearse/image_look.h"
#include "state/history.h"
#include "verbs/verbs.h"

/* Files in the folder of the build. */
#define BUILT_IMAGE "image"
#define BUILT_FROM  "from"

struct publishing {
	const char *image; /* its name in the folder of images */
	char from[160];	   /* likewise, of the list of what it was made from */
	int folder_fd;	   /* of images */
	int dir_fd;	   /* where the new one was built */
};

/*
 * What cannot be looked at has no fault: on a machine without the program that
 * unpacks an image, no image would be published.
 */
static void look_at(const struct publishing *all, const struct root *root,
		    const struct capture_image *wanted, struct image_look *look)
{
	int fd = openat(all->dir_fd, BUILT_IMAGE,
			O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	int err = fd < 0 ? -errno : image_look_open(look, fd);

	if (err)
		fprintf(stderr,
			"kdump-dma: the image cannot be looked at: %s\n",
			image_look_error(err));
	else
		image_look(look, root, wanted, true);
	image_look_close(look);
	if (fd >= 0)
		close(fd);
}

static int sync_file(int dir_fd, const char *name)
{
	int fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC);
	int err = fd < 0 || fsync(fd) ? -errno : 0;

	if (fd >= 0)
		close(fd);
	return err;
}

/*
 * Both are on disk before the old image goes. An image without a list counts as
 * stale: until the new list is there, or for good if it has a fault.
 */
static int replace(const struct publishing *all, bool has_fault)
{
	int err = sync_file(all->dir_fd, BUILT_IMAGE);

	if (!err)
		err = sync_file(all->dir_fd, BUILT_FROM);
	if (err)
		return err;
	if (unlinkat(all->folder_fd, all->from, 0) && errno != ENOENT)
		return -errno;
	if (renameat(all->dir_fd, BUILT_IMAGE, all->folder_fd, all->image))
		return -errno;
	if (!has_fault &&
	    renameat(all->dir_fd, BUILT_FROM, all->folder_fd, all->from))
		return -errno;
	return fsync(all->folder_fd) ? -errno : 0;
}

static uint64_t size_of(int dir_fd, const char *path)
{
	struct stat st;

	return fstatat(dir_fd, path, &st, AT_SYMLINK_NOFOLLOW)
		       ? 0
		       : (uint64_t)st.st_size;
}

/* The first is said last: status shows the last line that a build said. */
static void say_faults(const struct image_faults *faults)
{
	for (size_t i = image_faults_kept(faults); i--;)
		fprintf(stderr, "kdump-dma: %s\n", faults->text[i]);
}

static int publish_all(const struct publishing *all, const struct root *root,
		       const struct capture_image *wanted)
{
	static struct image_look look;
	bool has_fault;
	int err = 0;

	look_at(all, root, wanted, &look);
	has_fault = look.faults.count > 0;
	/* Where there is no image yet, one with a fault is better than none. */
	if (!has_fault ||
	    (!look.is_damaged && !size_of(all->folder_fd, all->image))) {
		err = replace(all, has_fault);
		fprintf(stderr, "kdump-dma: /%s/%s: %s, %" PRIu64 " KiB\n",
			HISTORY_DIR, all->image, err ? strerror(-err) : "built",
			size_of(all->folder_fd, all->image) / 1024);
	}
	say_faults(&look.faults);
	return has_fault ? STATUS_NOT_ARMED : err ? STATUS_ERROR : STATUS_OK;
}

int publish(const struct root *root, const struct capture_image *wanted,
	    const char *dir)
{
	struct publishing all = { .image = strrchr(wanted->image, '/') + 1 };
	int status = STATUS_ERROR;

	/* "initrd-6.1.0.from" lists what "initrd-6.1.0.img" was made from. */
	snprintf(all.from, sizeof(all.from), "%.*sfrom",
		 (int)(strlen(all.image) - strlen("img")), all.image);
	all.folder_fd =
		root_openat(root, O_RDONLY | O_DIRECTORY, "%s", HISTORY_DIR);
	all.dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (all.folder_fd < 0 || all.dir_fd < 0)
		fprintf(stderr, "kdump-dma: %s: %s\n",
			all.dir_fd < 0 ? dir : "/" HISTORY_DIR,
			strerror(all.dir_fd < 0 ? errno : -all.folder_fd));
	else
		status = publish_all(&all, root, wanted);
	if (all.folder_fd >= 0)
		close(all.folder_fd);
	if (all.dir_fd >= 0)
		close(all.dir_fd);
	return status;
}
