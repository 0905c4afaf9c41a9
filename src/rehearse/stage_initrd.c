// SPDX-License-Identifier: GPL-2.0-or-later
#include "rehearse/stage_initrd.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/modules.h"
#include "lib/macros.h"
#include "peers/run.h"
#include "rehearse/cpio.h"
#include "rehearse/machine.h"

#define STAGE_PROGRAM  "kdump-dma-stage"
#define STAGE_FOLDER   "/usr/libexec/kdump-dma"
#define FILE_BYTES_MAX (UINT64_C(1) << 30)
#define UNPACK_SECONDS 60

int stage_initrd_read_all(int fd, char **data, size_t *len)
{
	struct stat st;
	size_t at = 0;

	*data = NULL;
	if (fstat(fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size > FILE_BYTES_MAX)
		return -EINVAL;
	*data = malloc((size_t)st.st_size + 1);
	if (!*data)
		return -ENOMEM;
	while (at < (size_t)st.st_size) {
		ssize_t n = pread(fd, *data + at, (size_t)st.st_size - at,
				  (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? -errno : -EAGAIN;
		at += (size_t)n;
	}
	(*data)[at] = '\0';
	*len = at;
	return 0;
}

static int read_path(const char *path, char **data, size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), err;

	*data = NULL;
	if (fd < 0)
		return -errno;
	err = stage_initrd_read_all(fd, data, len);
	close(fd);
	return err;
}

static const char *unpacker_of(const char *path)
{
	static const struct {
		const char *suffix, *program;
	} known[] = { { ".xz", "xz" }, { ".zst", "zstd" }, { ".gz", "gzip" } };

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (text_ends(path, known[i].suffix))
			return known[i].program;
	return NULL;
}

int stage_initrd_read_module(const struct root *root, const char *release,
			     const char *path, char **data, size_t *len)
{
	const char *argv[] = { unpacker_of(path), "-dc", NULL };
	int fd =
		root_openat(root, O_RDONLY, "lib/modules/%s/%s", release, path);
	int memory = -1, err = 0;

	*data = NULL;
	if (fd < 0)
		return fd;
	if (argv[0]) {
		memory = memfd_create("kdump-dma-module", MFD_CLOEXEC);
		err = memory < 0
			      ? -errno
			      : run_between(argv, UNPACK_SECONDS, fd, memory);
		if (err > 0)
			err = err == RUN_NOT_FOUND ? -ENOPKG : -EINVAL;
	}
	if (!err)
		err = stage_initrd_read_all(argv[0] ? memory : fd, data, len);
	if (memory >= 0)
		close(memory);
	close(fd);
	return err;
}

/* Beside the program that runs (a build), or where it is installed. */
static int find_stage(char *path, size_t size)
{
	char own[PATH_MAX], *slash;
	ssize_t n = readlink("/proc/self/exe", own, sizeof(own) - 1);

	own[n > 0 ? n : 0] = '\0';
	slash = strrchr(own, '/');
	if (slash) {
		snprintf(path, size, "%.*s/" STAGE_PROGRAM, (int)(slash - own),
			 own);
		if (!access(path, R_OK))
			return 0;
	}
	snprintf(path, size, STAGE_FOLDER "/" STAGE_PROGRAM);
	return access(path, R_OK) ? -errno : 0;
}

static int add_host_file(FILE *to, const char *from, const char *path,
			 unsigned int mode)
{
	char *data;
	size_t len;
	int err = read_path(from, &data, &len);

	if (!err) {
		cpio_folders(to, path);
		cpio_file(to, path, mode, data, len);
	}
	free(data);
	return err;
}

/* libc and its loader are those that this very process runs with. */
static int add_library(struct dl_phdr_info *info, size_t size, void *to)
{
	const char *name = strrchr(info->dlpi_name, '/');

	(void)size;
	if (!name || (strncmp(name, "/libc.so", 8) && strncmp(name, "/ld", 3)))
		return 0;
	return add_host_file(to, info->dlpi_name, info->dlpi_name + 1, 0755);
}

static int add_stage(FILE *to, char *why, size_t size)
{
	char path[PATH_MAX];
	int err = find_stage(path, sizeof(path));

	if (!err)
		err = add_host_file(to, path, "init", 0755);
	if (!err)
		err = dl_iterate_phdr(add_library, to);
	if (err)
		snprintf(why, size, STAGE_PROGRAM ": %s", strerror(-err));
	return err;
}

static void add_text(FILE *to, const char *path, const char *text)
{
	cpio_file(to, path, 0644, text, strlen(text));
}

static int add_crash(FILE *to, const struct stage_initrd *in)
{
	char *kernel = NULL, *image = NULL, *whole;
	size_t kernel_len = 0, image_len = 0, padded;
	int err = stage_initrd_read_all(in->kernel_fd, &kernel, &kernel_len);

	if (!err)
		err = stage_initrd_read_all(in->initramfs_fd, &image,
					    &image_len);
	/* An archive that follows another one begins at a multiple of four. */
	padded = (image_len + 3) & ~(size_t)3;
	whole = err ? NULL : realloc(image, padded + in->more_len + 1);
	if (whole) {
		image = whole;
		memset(image + image_len, 0, padded - image_len);
		if (in->more_len)
			memcpy(image + padded, in->more, in->more_len);
		cpio_file(to, "kernel", 0644, kernel, kernel_len);
		cpio_file(to, "image", 0644, image,
			  in->more_len ? padded + in->more_len : image_len);
		add_text(to, "cmdline", in->cmdline);
	} else if (!err) {
		err = -ENOMEM;
	}
	free(kernel);
	free(image);
	return err;
}

static int add_module(FILE *to, FILE *list, const struct stage_initrd *in,
		      const struct module *module)
{
	char *data, path[MODULE_PATH_MAX + 8];
	size_t len;
	int err = stage_initrd_read_module(in->root, in->release, module->path,
					   &data, &len);

	if (!err) {
		snprintf(path, sizeof(path), "%s.ko", module->name);
		cpio_file(to, path, 0644, data, len);
		fprintf(list, "/%s\n", path);
	}
	free(data);
	return err;
}

/* The second boot always has a virtio disk: what is on it is the same. */
static int add_tell(FILE *to, const struct stage_initrd *in, char *why,
		    size_t size)
{
	const struct machine_bus *bus = machine_bus_default();
	static struct modules modules;
	char *list_text = NULL;
	size_t list_len = 0;
	FILE *list = open_memstream(&list_text, &list_len);
	int err =
		list ? modules_open(in->root, in->release, "", false, &modules)
		     : -ENOMEM;

	for (size_t i = 0; !err && i < 5 && bus->modules[i]; i++)
		err = modules_add(&modules, bus->modules[i]);
	if (!err)
		err = modules_add_fstype(&modules, in->fstype);
	for (size_t i = 0; !err && i < modules.count; i++) {
		err = add_module(to, list, in, &modules.item[i]);
		if (err)
			snprintf(why, size, "/lib/modules/%s/%s: %s",
				 in->release, modules.item[i].path,
				 strerror(-err));
	}
	modules_free(&modules);
	if (list && !fclose(list) && !err) {
		add_text(to, "modules", list_text);
		add_text(to, "fstype", in->fstype);
		add_text(to, "path", in->path);
	}
	free(list_text);
	return err;
}

int stage_initrd_make(const struct stage_initrd *in, bool crash, char *why,
		      size_t size)
{
	int fd = memfd_create("kdump-dma-initrd", MFD_CLOEXEC), err;
	FILE *to = fd < 0 ? NULL : fdopen(dup(fd), "w");

	why[0] = '\0';
	if (!to) {
		err = -errno;
	} else {
		err = add_stage(to, why, size);
		if (!err)
			err = crash ? add_crash(to, in)
				    : add_tell(to, in, why, size);
		cpio_end(to);
		if (fclose(to) && !err)
			err = -errno;
	}
	if (!err)
		return fd;
	if (!why[0])
		snprintf(why, size, "the initrd of the rehearsal: %s",
			 strerror(-err));
	if (fd >= 0)
		close(fd);
	return err;
}
