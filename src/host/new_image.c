// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/new_image.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/mounts.h"
#include "lib/macros.h"
#include "state/history.h"
#include "state/state.h"

static const struct {
	unsigned int elf;
	bool big_endian;
	const char *name;
} machines[] = {
	{ EM_X86_64, false, "x86_64" }, { EM_AARCH64, false, "aarch64" },
	{ EM_PPC64, false, "ppc64le" }, { EM_S390, true, "s390x" },
	{ EM_RISCV, false, "riscv64" }, { 258, false, "loongarch64" },
};

/* Of a program that every system has; both of them of 64 bits. */
static bool machine_of(const struct root *root, char *machine, size_t size)
{
	static const char *const programs[] = { "usr/lib/systemd/systemd",
						"usr/bin/env", "bin/sh" };
	unsigned char head[EI_NIDENT + 4];

	for (size_t i = 0; i < ARRAY_SIZE(programs); i++) {
		int fd = root_openat(root, O_RDONLY | O_NONBLOCK, "%s",
				     programs[i]);
		ssize_t n = fd < 0 ? -1 : read(fd, head, sizeof(head));
		bool big;
		unsigned int elf;

		if (fd >= 0)
			close(fd);
		if (n != sizeof(head) || memcmp(head, ELFMAG, SELFMAG) ||
		    head[EI_CLASS] != ELFCLASS64)
			continue;
		big = head[EI_DATA] == ELFDATA2MSB;
		elf = big ? head[18] << 8 | head[19] : head[19] << 8 | head[18];
		for (size_t j = 0; j < ARRAY_SIZE(machines); j++)
			if (machines[j].elf == elf &&
			    machines[j].big_endian == big) {
				snprintf(machine, size, "%s", machines[j].name);
				return true;
			}
	}
	return false;
}

bool new_image_is(const struct root *root, const struct facts *facts,
		  char *machine, size_t size)
{
	return !root->is_live && !facts->have_cmdline &&
	       !facts->have_zoneinfo && !facts->have_meminfo &&
	       !facts->have_boot_id && !root_exists(root, ".machine") &&
	       !root_exists(root, HISTORY_DIR "/" BOOT_NAME) &&
	       !root_exists(root, HISTORY_DIR "/" HISTORY_NAME) &&
	       machine_of(root, machine, size);
}

static bool has_other_root(const struct root *root)
{
	struct stat own, first;
	int fd = root_openat(root, O_PATH, "proc/1/root");
	bool differs =
		fd >= 0 && !fstat(fd, &first) && !fstat(root->fd, &own) &&
		(own.st_dev != first.st_dev || own.st_ino != first.st_ino);

	if (fd >= 0)
		close(fd);
	return differs;
}

/* That it cannot be opened, for want of memory or by a bad disk, is no sign. */
static bool is_missing(const struct root *root, const char *path)
{
	int fd = root_openat(root, O_PATH, "%s", path);

	if (fd >= 0)
		close(fd);
	return fd == -ENOENT || fd == -ENOTDIR;
}

bool new_image_take_chroot(struct root *root)
{
	if (!root->is_live)
		return false;
	/* The first process's root cannot always be seen. A folder without a
	 * mount of its own tells, too. */
	if (!is_missing(root, "proc/cmdline") && !has_other_root(root) &&
	    mounts_may_have(root, "/"))
		return false;
	root->is_live = false;
	root->is_building = true;
	return true;
}
