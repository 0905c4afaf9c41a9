// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/mount.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "capture/capture.h"
#include "capture/say.h"
#include "lib/clock.h"

#define PATIENCE_MS 10000
#define PAUSE_MS    500
#define FLAGS	    (MS_NODEV | MS_NOSUID | MS_NOEXEC)

static int try_mount(void)
{
	const struct conf *conf = &capture->conf;
	char options[sizeof(conf->mount_options) + 16];

	snprintf(options, sizeof(options), "%s%s%s", conf->mount_options,
		 conf->mount_options[0] && capture->lacks_members ? "," : "",
		 capture->lacks_members ? "degraded" : "");
	return mount(capture->node, MOUNT_POINT, conf->fstype, FLAGS, options)
		       ? -errno
		       : 0;
}

/* True for errors that waiting does not cure. */
static bool is_final(int err)
{
	return err == -EACCES || err == -EROFS || err == -ENODEV ||
	       err == -EUCLEAN;
}

int mount_target(void)
{
	uint64_t end_ms = clock_ms() + PATIENCE_MS;
	int err, first = 0;

	while ((err = try_mount()) != 0) {
		if (err != first)
			say("mount of %s (%s): %s", capture->node,
			    capture->conf.fstype, strerror(-err));
		first = err;
		if (is_final(err) || clock_ms() >= end_ms)
			break;
		clock_sleep_ms(PAUSE_MS);
	}
	if (err)
		say_event("the target %s cannot be mounted for writing: %s",
			  capture->conf.device, strerror(-err));
	return err;
}

int mount_mend(void)
{
	struct stat here, there;

	if (stat("/", &here) || stat(MOUNT_POINT, &there))
		return -errno;
	if (here.st_dev == there.st_dev)
		return mount_target();
	return mount(NULL, MOUNT_POINT, NULL, MS_REMOUNT | FLAGS, NULL) ? -errno
									: 0;
}

int mount_undo(void)
{
	return umount(MOUNT_POINT) ? -errno : 0;
}
