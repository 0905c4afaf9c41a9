// SPDX-License-Identifier: GPL-2.0-or-later
#include "verbs/tested.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/macros.h"
#include "lib/when.h"
#include "state/rehearsed.h"

/* When a file was changed; 0 if it is not there. */
static uint64_t changed(const struct root *root, const char *path)
{
	struct stat st = { 0 };
	int fd = path[0] ? root_openat(root, O_RDONLY | O_NONBLOCK, "%s", path)
			 : -1;

	if (fd < 0)
		return 0;
	(void)!fstat(fd, &st);
	close(fd);
	return st.st_mtime > 0 ? (uint64_t)st.st_mtime : 0;
}

/* What people write: the file of our own values is not among them. */
static uint64_t config_changed(const struct root *root)
{
	static const char *const files[] = {
		"etc/kdump-dma.conf",
		"etc/kdump.conf",
		"etc/default/kdump-tools",
		"etc/sysconfig/kdump",
	};
	uint64_t last = 0;

	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		last = larger(last, changed(root, files[i]));
	return last;
}

struct last {
	uint64_t seconds;
	const char *what;
	bool any_kernel; /* there is one, of another kernel */
};

static void look_at_captures(const struct gathered *all, struct last *last)
{
	for (size_t i = 0; i < all->history.count; i++) {
		const struct capture *capture = &all->history.captures[i];
		uint64_t seconds = when_seconds(capture->when);

		if (capture->outcome != CAPTURE_SAVED)
			continue;
		last->any_kernel = true;
		if (!streq(capture->release, all->facts.release) ||
		    seconds < last->seconds)
			continue;
		last->seconds = seconds;
		last->what = capture->is_test ? "a test" : "a crash";
	}
}

static void look_at_rehearsals(const struct gathered *all, struct last *last)
{
	static struct rehearsed_list list;

	if (rehearsed_load(&all->root, &list))
		return;
	for (size_t i = 0; i < list.count; i++) {
		uint64_t seconds = when_seconds(list.item[i].when);

		if (!list.item[i].saved ||
		    !streq(list.item[i].release, all->facts.release) ||
		    seconds < last->seconds)
			continue;
		last->seconds = seconds;
		last->what = "a rehearsal";
	}
}

/* One of the same size that was built later is another image. */
void tested_rehearsal(const struct gathered *all, struct newest_rehearsal *out)
{
	static struct rehearsed_list list;
	const struct host *host = &all->host;
	uint64_t built = changed(&all->root, host->initramfs_path);

	memset(out, 0, sizeof(*out));
	out->have_image = host->images.have_initramfs;
	out->of_image = host->have_rehearsed &&
			built <= when_seconds(host->rehearsed.when);
	out->have = out->of_image;
	if (out->have)
		out->one = host->rehearsed;
	if (out->have || rehearsed_load(&all->root, &list))
		return;
	for (size_t i = 0; i < list.count; i++) {
		if (!streq(list.item[i].release, all->facts.release))
			continue;
		out->have = true;
		out->one = list.item[i];
	}
}

bool tested_look(const struct gathered *all, struct looked *out)
{
	const struct host *host = &all->host;

	return looked_load(&all->root, out) && host->images.have_initramfs &&
	       streq(out->release, all->facts.release) &&
	       out->image_bytes == host->images.packed_bytes &&
	       changed(&all->root, host->initramfs_path) <=
		       when_seconds(out->when);
}

void tested_find(const struct gathered *all, struct tested *out)
{
	struct last last = { 0 };
	bool image, config;
	char when[WHEN_MAX];

	memset(out, 0, sizeof(*out));
	look_at_captures(all, &last);
	look_at_rehearsals(all, &last);
	if (!last.seconds) {
		snprintf(out->text, sizeof(out->text), "%s",
			 last.any_kernel ? "not since the kernel is another one"
					 : "never: no dump was saved here yet");
		return;
	}
	when_print(last.seconds, when, sizeof(when));
	image = changed(&all->root, all->host.initramfs_path) > last.seconds;
	config = config_changed(&all->root) > last.seconds;
	out->good = !image && !config;
	snprintf(out->text, sizeof(out->text), "%s, by %s%s%s%s%s", when,
		 last.what, out->good ? "" : "; not since the ",
		 image ? "image" : "", image && config ? " and the " : "",
		 config	 ? "configuration was changed"
		 : image ? " was built anew"
			 : "");
}
