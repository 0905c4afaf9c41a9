// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/modules.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture/capture.h"
#include "capture/child.h"
#include "capture/say.h"
#include "lib/clock.h"
#include "lib/macros.h"

#define MODULE_INIT_COMPRESSED_FILE 4 /* linux/module.h, from 5.17 */

/* Of one; the kernel waits so long for another. */
#define MODULE_LIMIT_MS 30000
#define LOOK_MS		2

/* A module may be packed on the host and not in the image, or the reverse. */
static const char *const packings[] = { "", ".xz", ".zst", ".gz" };

/* Cut the ending of the packing off path. */
static void cut_packing(char *path)
{
	size_t len = strlen(path), tail;

	for (size_t i = 1; i < ARRAY_SIZE(packings); i++) {
		tail = strlen(packings[i]);
		if (len > tail && !strcmp(path + len - tail, packings[i]))
			path[len - tail] = '\0';
	}
}

/* Open a module, packed in any way, and set path to its name there. */
static int open_module(char *path, size_t size, int *flags)
{
	size_t len;
	int fd = -1;

	cut_packing(path);
	len = strlen(path);
	for (size_t i = 0; i < ARRAY_SIZE(packings); i++) {
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
	char path[PATH_BYTES], parameters[VALUE_BYTES];
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

static uint64_t count_all(void)
{
	struct text line;
	size_t at = 0;
	uint64_t count = 0;

	while (conf_next(&capture->conf, "module", &at, &line))
		count++;
	return count;
}

/* Load the modules that were not tried, until another process does it. */
static void load_rest(void)
{
	uint64_t mine = capture->modules_tried;
	struct text line;
	size_t at = 0;

	for (uint64_t i = 0; conf_next(&capture->conf, "module", &at, &line);
	     i++) {
		if (i < mine)
			continue;
		if (!__sync_bool_compare_and_swap(&capture->modules_tried, i,
						  i + 1))
			return;
		load(line);
	}
}

/* The share of the time for one module, so that all that are left are tried. */
static uint64_t share_ms(uint64_t end_ms, uint64_t left)
{
	uint64_t now = clock_ms();
	uint64_t ms = now < end_ms ? (end_ms - now) / (left + 1) : 0;

	return ms < MODULE_LIMIT_MS ? ms : MODULE_LIMIT_MS;
}

/*
 * Wait until the process that loads ends, or until one module has used up its
 * share of the time. The process is not killed then: a driver may take minutes
 * to scan its disks, and would give them up.
 */
static void follow(pid_t pid, uint64_t count, uint64_t end_ms)
{
	uint64_t tried = 0, limit_ms = 0;
	int status = 0;
	pid_t ended;

	while ((ended = child_ended(pid, &status)) == 0) {
		if (tried != capture->modules_tried) {
			tried = capture->modules_tried;
			limit_ms = clock_ms() + share_ms(end_ms, count - tried);
		}
		if (tried && clock_ms() >= limit_ms) {
			say_event("the module %llu of %llu takes too long: "
				  "the next one is loaded",
				  (unsigned long long)tried,
				  (unsigned long long)count);
			return;
		}
		clock_sleep_ms(LOOK_MS);
	}
	if (ended == pid && WIFSIGNALED(status))
		say_event("the process that loaded module %llu of %llu was "
			  "killed by signal %d",
			  (unsigned long long)capture->modules_tried,
			  (unsigned long long)count, WTERMSIG(status));
}

int modules_load(void)
{
	uint64_t end_ms = clock_ms() + capture->conf.limit_modules * 1000;
	uint64_t count = count_all(), before;
	pid_t pid;

	while (capture->modules_tried < count) {
		before = capture->modules_tried;
		pid = child_fork();
		if (pid == 0) {
			setpgid(0,
				0); /* The end of this step must not kill it. */
			load_rest();
			_exit(0);
		}
		if (pid < 0)
			return -errno;
		follow(pid, count, end_ms);
		if (capture->modules_tried == before)
			capture->modules_tried++;
	}
	return 0;
}
