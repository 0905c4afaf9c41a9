// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/modules.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "capture/capture.h"
#include "capture/say.h"

#define MODULE_INIT_COMPRESSED_FILE 4 /* linux/module.h, from 5.17 */

/* What the host has may be packed in the image, or the other way round. */
static const char *const packings[] = { "", ".xz", ".zst", ".gz" };

/* path without its packing, in place */
static void cut_packing(char *path)
{
	size_t len = strlen(path), tail;

	for (size_t i = 1; i < sizeof(packings) / sizeof(packings[0]); i++) {
		tail = strlen(packings[i]);
		if (len > tail && !strcmp(path + len - tail, packings[i]))
			path[len - tail] = '\0';
	}
}

/* Opens the file under the name that it has in the image, which goes to path.
 */
static int open_module(char *path, size_t size, int *flags)
{
	size_t len;
	int fd = -1;

	cut_packing(path);
	len = strlen(path);
	for (size_t i = 0; i < sizeof(packings) / sizeof(packings[0]); i++) {
		snprintf(path + len, size - len, "%s", packings[i]);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		*flags = i ? MODULE_INIT_COMPRESSED_FILE : 0;
		if (fd >= 0 || errno != ENOENT)
			break;
	}
	return fd < 0 ? -errno : fd;
}

static void load(struct text line)
{
	char path[PATH_BYTES], parameters[512];
	struct text name;
	int fd, flags;

	if (!text_word(&line, &name))
		return;
	text_copy(name, path, sizeof(path) - 8);
	text_copy(text_trim(line), parameters, sizeof(parameters));
	fd = open_module(path, sizeof(path), &flags);
	if (fd < 0) {
		cut_packing(path);
		say_event("the module %s is not in the image", path);
		return;
	}
	if (syscall(SYS_finit_module, fd, parameters, flags) && errno != EEXIST)
		say_event("the module %s cannot be loaded: %s", path,
			  strerror(errno));
	close(fd);
	unlink(path);
}

int modules_load(void)
{
	struct text line;
	size_t at = 0;

	for (uint64_t i = 0; conf_next(&capture->conf, "module", &at, &line);
	     i++) {
		if (i < capture->modules_tried)
			continue;
		capture->modules_tried = i + 1;
		load(line);
	}
	return 0;
}

bool modules_left(void)
{
	struct text line;
	size_t at = 0;
	uint64_t count = 0;

	while (conf_next(&capture->conf, "module", &at, &line))
		count++;
	return capture->modules_tried < count;
}
