// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/capture_conf.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/macros.h"
#include "lib/names.h"

#define LINE_MAX_BYTES	1000
#define FILE_MAX_BYTES	65536
#define IOMEM_MAX_BYTES (1 << 20)

static void print_limits(FILE *to, const struct capture_limits *limits)
{
	const struct {
		const char *name;
		uint64_t seconds;
	} all[] = {
		{ "modules", limits->modules },	  { "device", limits->device },
		{ "degraded", limits->degraded }, { "mount", limits->mount },
		{ "log", limits->log },		  { "save", limits->save },
		{ "hook", limits->hook },	  { "record", limits->record },
		{ "sync", limits->sync },	  { "umount", limits->umount },
		{ "network", limits->network },	  { "remote", limits->remote },
		{ "total", limits->total },
	};

	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		fprintf(to, "limit_%s=%" PRIu64 "\n", all[i].name,
			all[i].seconds);
}

static void print_modules(FILE *to, const struct capture_image *image)
{
	for (size_t i = 0; i < image->modules.count; i++) {
		const struct module *module = &image->modules.item[i];

		fprintf(to, "module=/lib/modules/%s/%s%s%s\n", image->release,
			module->path, module->options[0] ? " " : "",
			module->options);
	}
}

static void print_target(FILE *to, const struct capture_image *image)
{
	const struct target *target = &image->target;

	fprintf(to, "device=%s\nfstype=%s\nmount_options=%s\npath=%s\n",
		target->device, target->fstype, target->mount_options,
		target->path);
	if (image->disk[0])
		fprintf(to, "disk=%s\n", image->disk);
	for (size_t i = 0; i < image->storage.steps_count; i++)
		fprintf(to, "stack=%s\n", image->storage.steps[i]);
	for (size_t i = 0; i < image->members_count; i++)
		fprintf(to, "member=%s\n", image->members[i]);
}

static void print_remote(FILE *to, const struct capture_remote *remote)
{
	if (!capture_remote_is_used(remote))
		return;
	fprintf(to, "remote=%s\n", capture_remote_place(remote));
	if (remote->remote.kind == REMOTE_NFS)
		fprintf(to, "nfs=%s\nnfs_options=%s\nnfs_path=%s\n",
			remote->nfs_source, remote->nfs_options,
			remote->folder);
	for (size_t i = 0; i < remote->network.ports_count; i++)
		fprintf(to, "port=%s %s\n", remote->network.ports[i].mac,
			remote->network.ports[i].name);
}

void capture_conf_print(FILE *to, const struct capture_conf *conf)
{
	static const enum config_key keys[] = { CONFIG_COLLECTOR,
						CONFIG_COLLECTOR_ARGS,
						CONFIG_FINAL_ACTION };
	const struct capture_image *image = conf->image;

	fputs("version=1\n", to);
	print_target(to, image);
	print_remote(to, &image->remote);
	fprintf(to, "host=%s\n", image->host);
	if (image->machine[0])
		fprintf(to, "machine=%s\n", image->machine);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		fprintf(to, "%s=%s\n", config_name(keys[i]),
			config_text(conf->config, keys[i]));
	if (image->pre[0])
		fprintf(to, "pre=%s\n", image->pre);
	if (image->post[0])
		fprintf(to, "post=%s\n", image->post);
	print_modules(to, image);
	if (image->watchdog[0])
		fprintf(to, "watchdog=/dev/%s\n", image->watchdog);
	print_limits(to, &image->limits);
}

void capture_conf_modules(FILE *to, const struct capture_conf *conf)
{
	for (size_t i = 0; i < conf->image->modules.count; i++)
		fprintf(to, "%s\n", conf->image->modules.item[i].name);
}

static void print_names(FILE *to, const struct image_names *names,
			const char *before)
{
	for (size_t i = 0; i < names->count; i++)
		fprintf(to, "%s%s\n", before, names->item[i].text);
}

void capture_conf_programs(FILE *to, const struct capture_conf *conf)
{
	print_names(to, &conf->image->programs, "");
}

/*
 * Optional, because makedumpfile writes the log, too. vmcore-dmesg is for
 * kernels whose log it cannot read.
 */
void capture_conf_optional(FILE *to, const struct capture_conf *conf)
{
	(void)conf;
	fputs("vmcore-dmesg\n", to);
}

void capture_conf_files(FILE *to, const struct capture_conf *conf)
{
	print_names(to, &conf->image->files, "/");
}

void capture_conf_network(FILE *to, const struct capture_conf *conf)
{
	capture_remote_print_network(to, &conf->image->remote);
}

void capture_conf_ssh(FILE *to, const struct capture_conf *conf)
{
	capture_remote_print_ssh(to, &conf->image->remote);
}

void capture_conf_compressor(FILE *to, const struct capture_conf *conf)
{
	fputs(conf->image->has_zstd ? "zstd -19 -q --zstd=wlog=17\n"
				    : "gzip -9\n",
	      to);
}

void capture_conf_cmdline(FILE *to, const struct capture_conf *conf)
{
	fprintf(to, "%s\n", conf->image->cmdline);
}

/*
 * A line that changes when the file does: a file that was replaced has another
 * size, time of change or inode.
 */
static void print_stamp(FILE *to, const struct root *root, const char *path)
{
	struct stat st;
	int fd = root_openat(root, O_PATH, "%s", path);

	if (fd < 0)
		return;
	if (!fstat(fd, &st))
		fprintf(to, "%s %jd %jd.%09ld %ju\n", path,
			(intmax_t)st.st_size, (intmax_t)st.st_mtim.tv_sec,
			st.st_mtim.tv_nsec, (uintmax_t)st.st_ino);
	close(fd);
}

static void print_memory(void *arg, const struct line *line)
{
	if (text_contains(line->text, "System RAM") ||
	    text_contains(line->text, "Crash kernel"))
		fprintf(arg, "%.*s\n", (int)line->text.len, line->text.at);
}

void capture_conf_loads(FILE *to, const struct capture_conf *conf)
{
	char cpus[1024];

	print_stamp(to, conf->root, conf->image->image);
	print_stamp(to, conf->root, conf->image->kernel);
	capture_conf_cmdline(to, conf);
	(void)!root_read(conf->root, cpus, sizeof(cpus),
			 "sys/devices/system/cpu/present");
	fputs(cpus, to);
	(void)!root_lines(conf->root, IOMEM_MAX_BYTES, print_memory, to,
			  "proc/iomem");
	capture_conf_keys(to, conf);
}

void capture_conf_keys(FILE *to, const struct capture_conf *conf)
{
	capture_keys_print(to, &conf->image->keys);
}

void capture_conf_reuse(FILE *to, const struct capture_conf *conf)
{
	if (conf->image->keys.reuse)
		fputs("1\n", to);
}

#define MODULES_D "usr/lib/dracut/modules.d"

static void print_programs_stamps(FILE *to, const struct capture_conf *conf)
{
	static const char *const folders[] = { "usr/bin", "usr/sbin" };
	static const char *const tools[] = { "dracut", "vmcore-dmesg",
					     "kdump-dma-check",
					     "kdump-dma-capture" };
	const struct image_names *programs = &conf->image->programs;
	char path[300];

	for (size_t i = 0; i < 2; i++) {
		for (size_t j = 0; j < ARRAY_SIZE(tools); j++) {
			snprintf(path, sizeof(path), "%s/%s", folders[i],
				 tools[j]);
			print_stamp(to, conf->root, path);
		}
		for (size_t j = 0; j < programs->count; j++) {
			snprintf(path, sizeof(path), "%s/%s", folders[i],
				 programs->item[j].text);
			print_stamp(to, conf->root, path);
		}
	}
}

/* Sorted, because the list is compared as text, and a folder has no order. */
static void print_folder_stamps(FILE *to, const struct root *root,
				const char *folder)
{
	struct names names = { 0 };
	char path[300];

	(void)!names_add(&names, root, "", folder);
	for (size_t i = 0; i < names.count; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names.at[i]);
		print_stamp(to, root, path);
	}
	names_free(&names);
}

void capture_conf_from(FILE *to, const struct capture_conf *conf)
{
	const struct capture_image *image = conf->image;
	char dep[128];

	fprintf(to, "release %s\n", image->release);
	print_stamp(to, conf->root, image->kernel);
	snprintf(dep, sizeof(dep), "lib/modules/%s/modules.dep",
		 image->release);
	print_stamp(to, conf->root, dep);
	capture_conf_print(to, conf);
	capture_conf_network(to, conf);
	capture_conf_ssh(to, conf);
	for (size_t i = 0; i < image->files.count; i++)
		print_stamp(to, conf->root, image->files.item[i].text);
	print_programs_stamps(to, conf);
	print_folder_stamps(to, conf->root, MODULES_D "/50kdump-dma");
	print_folder_stamps(to, conf->root, MODULES_D "/51kdump-dma-save");
	print_stamp(to, conf->root, "usr/lib/kdump-dma/native");
}

int capture_conf_check(const struct capture_conf *conf, char *why, size_t size)
{
	char *text = NULL, *line, *rest;
	size_t len = 0;
	FILE *to = open_memstream(&text, &len);
	int err = 0;

	if (!to)
		return -ENOMEM;
	capture_conf_print(to, conf);
	if (fclose(to)) {
		free(text);
		return -ENOMEM;
	}
	if (len > FILE_MAX_BYTES) {
		snprintf(why, size, "its configuration is too long");
		err = -EINVAL;
	}
	for (rest = text; !err && (line = strsep(&rest, "\n"));) {
		size_t n = strlen(line);

		if (n <= LINE_MAX_BYTES && strspn(line, " !\"#$%&'()*+,-./"
							"0123456789:;<=>?@"
							"ABCDEFGHIJKLMNOPQRST"
							"UVWXYZ[\\]^_`"
							"abcdefghijklmnopqrst"
							"uvwxyz{|}~") == n)
			continue;
		snprintf(why, size,
			 "%.*s: a value of it is too long, or has characters "
			 "that are not printable",
			 (int)strcspn(line, "="), line);
		err = -EINVAL;
	}
	free(text);
	return err;
}
