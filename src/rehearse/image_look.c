// SPDX-License-Identifier: GPL-2.0-or-later
#include "rehearse/image_look.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

int image_look_open(struct image_look *look, int fd)
{
	struct stat st;
	int err;

	if (fstat(fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return S_ISDIR(st.st_mode) ? -EISDIR : -EINVAL;
	err = archive_open(fd, &look->archive);
	look->is_damaged = err == -EINVAL;
	if (look->is_damaged) {
		archive_close(&look->archive);
		image_check_fault(&look->faults,
				  "the image is damaged: the kernel could not "
				  "unpack all of it");
		err = 0;
	}
	if (!err)
		look->have_scene = scene_read(&look->archive, &look->scene);
	return err;
}

const char *image_look_error(int err)
{
	return err == -ENOPKG	? "the program that unpacks it is not installed"
	       : err == -EINVAL ? "is no regular file"
				: strerror(-err);
}

void image_look_close(struct image_look *look)
{
	archive_close(&look->archive);
}

static void compare(struct image_look *look, const char *key, const char *has,
		    const char *wanted)
{
	if (strcmp(has, wanted))
		image_check_fault(&look->faults,
				  "the image has %s=%s, and an image of now "
				  "would have %s=%s",
				  key, has, key, wanted);
}

/*
 * A capture waits in vain for a target that has another UUID now, and misses
 * what was asked for and is not in the image. The watchdog's modules do not
 * count: a watchdog may have come since, and a dump is saved without it.
 */
static void look_for_wanted(struct image_look *look,
			    const struct capture_image *wanted)
{
	const struct scene *scene = &look->scene;

	compare(look, "device", scene->device, wanted->target.device);
	compare(look, "fstype", scene->fstype, wanted->target.fstype);
	compare(look, "path", scene->path, wanted->target.path);
	compare(look, "remote", scene->remote,
		capture_remote_place(&wanted->remote));
	for (size_t i = wanted->watchdog_modules; i < wanted->modules.count;
	     i++) {
		char path[SCENE_VALUE_MAX];

		snprintf(path, sizeof(path), "lib/modules/%s/%s",
			 wanted->release, wanted->modules.item[i].path);
		image_check_module(&look->archive, path, &look->faults);
	}
	for (size_t i = 0; i < wanted->programs.count; i++)
		image_check_program(&look->archive,
				    wanted->programs.item[i].text,
				    &look->faults);
	for (size_t i = 0; i < wanted->files.count; i++)
		if (!archive_find(&look->archive, wanted->files.item[i].text))
			image_check_fault(&look->faults,
					  "/%s is not in the image",
					  wanted->files.item[i].text);
}

static bool is_target_known(const struct root *root,
			    const struct capture_image *wanted)
{
	return !wanted->why[0] &&
	       (wanted->target.is_none || wanted->target.device[0]) &&
	       target_can_be_seen(root);
}

void image_look(struct image_look *look, const struct root *root,
		const struct capture_image *wanted, bool is_native)
{
	if (look->is_damaged)
		return;
	image_check_programs(&look->archive, &look->faults);
	if (look->scene.release[0])
		image_check_release(&look->archive, wanted->release,
				    &look->faults);
	if (!look->have_scene) {
		if (is_native)
			image_check_fault(
				&look->faults,
				"/" SCENE_CONF
				" is not in the image, or names no target");
		return;
	}
	image_check_program(&look->archive, "/init", &look->faults);
	for (size_t i = 0; i < look->scene.modules_count; i++)
		image_check_module(&look->archive, look->scene.module[i],
				   &look->faults);
	if (is_target_known(root, wanted))
		look_for_wanted(look, wanted);
}
