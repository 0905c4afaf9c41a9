// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kdump-dma snapshot: everything that plan reads, as a tar archive of a plain
 * tree, scrubbed of what tells whose machine it is. plan --root on it gives
 * the same plan.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "verbs/gather.h"
#include "verbs/scrub.h"
#include "verbs/tar.h"
#include "verbs/verbs.h"

#define FILE_BYTES_MAX (4 * 1024 * 1024)

struct snapshot {
	const struct gathered *all;
	FILE *to;
	struct scrub scrub;
	char *buf; /* FILE_BYTES_MAX */
};

static void add(struct snapshot *snapshot, const char *path, const char *buf,
		size_t len)
{
	size_t out_len;
	char *out = scrub(&snapshot->scrub, buf, len, &out_len);

	if (out)
		tar_file(snapshot->to, path, out, out_len);
	free(out);
}

/* As much as there is, sysfs and /proc sizes being what they are. */
static void copy(struct snapshot *snapshot, const char *path)
{
	ssize_t len = root_read(&snapshot->all->root, snapshot->buf,
				FILE_BYTES_MAX, "%s", path);

	if (len >= 0)
		add(snapshot, path, snapshot->buf, (size_t)len);
}

/* Lines of the kernel log that plan reads; the others may hold anything. */
static bool is_wanted(struct text line, bool first)
{
	static const char *const wanted[] = {
		"Memory Encryption Features active",
		"Memory: ",
		"Freeing initrd memory",
		"page allocation failure",
		"SLUB: Unable to allocate",
		"Out of memory",
		"oom-kill",
		"Initramfs unpacking failed",
		"pool for atomic allocation",
		"Linux version",
	};

	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
		if (text_contains(line, wanted[i]))
			return true;
	return first;
}

struct log {
	FILE *to;
	bool seen;
};

static void log_line(void *arg, const struct line *line)
{
	struct log *log = arg;
	const char *text = memchr(line->text.at, ';', line->text.len);

	if (!text || line->text.at[0] == ' ')
		return;
	/* What is kept has no gap: it begins after it. */
	if (line->after_loss && log->seen) {
		rewind(log->to);
		log->seen = false;
	}
	if (!is_wanted(line->text, !log->seen))
		return;
	/* Of the first record only its number is wanted. */
	if (log->seen || is_wanted(line->text, false))
		fprintf(log->to, "%.*s\n", (int)line->text.len, line->text.at);
	else
		fprintf(log->to, "%.*s;\n", (int)(text - line->text.at),
			line->text.at);
	log->seen = true;
}

static void copy_log(struct snapshot *snapshot)
{
	char *buf = NULL;
	size_t len = 0;
	struct log log = { .to = open_memstream(&buf, &len) };
	int err;

	if (!log.to)
		return;
	err = root_lines(&snapshot->all->root, 64 * 1024 * 1024, log_line, &log,
			 "dev/kmsg");
	fclose(log.to);
	if (!err)
		add(snapshot, "dev/kmsg", buf, len);
	free(buf);
}

/* A folder's entries, each of them with some files. */
struct folder {
	struct snapshot *snapshot;
	const char *path;
	const char *const *files;
	const char *prefix; /* of the entries that are wanted */
};

static void copy_entry(void *arg, const char *name)
{
	struct folder *folder = arg;
	const struct root *root = &folder->snapshot->all->root;
	char path[256], target[128];

	if (strncmp(name, folder->prefix, strlen(folder->prefix)) ||
	    strlen(name) > 64)
		return;
	for (size_t i = 0; folder->files[i]; i++) {
		snprintf(path, sizeof(path), "%s/%s%s%s", folder->path, name,
			 folder->files[i][0] ? "/" : "", folder->files[i]);
		if (root_link_name(root, target, sizeof(target), "%s", path))
			copy(folder->snapshot, path);
		else
			tar_symlink(folder->snapshot->to, path, target);
	}
}

static void copy_folder(struct snapshot *snapshot, const char *path,
			const char *prefix, const char *const *files)
{
	struct folder folder = { snapshot, path, files, prefix };

	(void)!root_list(&snapshot->all->root, copy_entry, &folder, "%s", path);
}

/* dma-kmalloc caches are counted by name: an empty file stands for one. */
static void mark_entry(void *arg, const char *name)
{
	struct folder *folder = arg;
	char path[256];

	if (strncmp(name, folder->prefix, strlen(folder->prefix)))
		return;
	snprintf(path, sizeof(path), "%s/%s", folder->path, name);
	tar_file(folder->snapshot->to, path, "", 0);
}

static void copy_sys(struct snapshot *snapshot)
{
	static const char *const pci[] = { "dma_mask_bits",
					   "consistent_dma_mask_bits", "driver",
					   NULL };
	static const char *const memmap[] = { "start", "end", "type", NULL };
	static const char *const plain[] = {
		"sys/kernel/kexec_crash_loaded",
		"sys/kernel/kexec_crash_size",
		"sys/kernel/kexec_crash_cma_ranges",
		"sys/kernel/kexec/crash_loaded",
		"sys/kernel/kexec/crash_size",
		"sys/kernel/kexec/crash_cma_ranges",
		"sys/devices/system/cpu/possible",
	};
	static const char *const values[] = { "", NULL };
	struct folder slab = { snapshot, "sys/kernel/slab", NULL,
			       "dma-kmalloc-" };

	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++)
		copy(snapshot, plain[i]);
	copy_folder(snapshot, "sys/bus/pci/devices", "", pci);
	copy_folder(snapshot, "sys/firmware/memmap", "", memmap);
	copy_folder(snapshot, "sys/kernel/debug/dma_pools", "", values);
	copy_folder(snapshot, "sys/kernel/debug/swiotlb", "io_tlb", values);
	(void)!root_list(&snapshot->all->root, mark_entry, &slab,
			 "sys/kernel/slab");
	/* With the patch there are none of those: the folder was still seen. */
	slab.prefix = "kmalloc-64";
	(void)!root_list(&snapshot->all->root, mark_entry, &slab,
			 "sys/kernel/slab");
}

#define WANTS "etc/systemd/system/multi-user.target.wants/"

static void copy_config(struct snapshot *snapshot)
{
	static const char *const values[] = { "", NULL };
	static const char *const plain[] = {
		"etc/kdump-dma.conf",
		"etc/default/grub",
		"etc/default/kdump-tools",
		"etc/sysconfig/kdump",
		"etc/kdump.conf",
		"etc/kernel/cmdline",
		"usr/sbin/kdump-config",
		"var/lib/kdump-dma/applied",
		"var/lib/kdump-dma/boot",
		"var/lib/kdump-dma/history.json",
		"var/lib/kdump-dma/reverted",
		"var/lib/kdump-dma/saved/etc%kdump.conf.before",
		"var/lib/kdump-dma/saved/etc%sysconfig%kdump.before",
		"var/lib/kdump-dma/saved/etc%sysconfig%kdump.after",
	};
	/* Only that they are there counts. */
	static const char *const marks[] = {
		"usr/bin/kdumpctl",
		"usr/sbin/kdumptool",
		"usr/bin/kdumptool",
		"usr/sbin/grubby",
		"usr/bin/grubby",
		"usr/sbin/update-grub",
		"boot/grub/grub.cfg",
		"usr/bin/kernel-install",
		"usr/bin/rpm-ostree",
		"run/ostree-booted",
		"proc/vmcore",
		WANTS "kdump.service",
		WANTS "kdump-dma.service",
		WANTS "kdump-tools.service",
	};

	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++)
		copy(snapshot, plain[i]);
	copy_folder(snapshot, "usr/lib/kdump-dma", "policy.conf", values);
	copy_folder(snapshot, "usr/lib/kdump-dma", "kdump-dma.conf", values);
	copy_folder(snapshot, "etc/kdump-dma.conf.d", "", values);
	copy_folder(snapshot, "etc/default/grub.d", "", values);
	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		if (root_exists(&snapshot->all->root, "%s", marks[i]))
			tar_file(snapshot->to, marks[i], "", 0);
}

static void add_made(struct snapshot *snapshot)
{
	const struct facts *facts = &snapshot->all->facts;
	const struct images *images = &snapshot->all->host.images;
	char text[512];
	int n;

	n = snprintf(text, sizeof(text),
		     "release %s\nmachine %s\npage_size %" PRIu64 "\n",
		     facts->release, facts->machine, facts->page_bytes);
	tar_file(snapshot->to, ".machine", text, (size_t)n);
	n = 0;
	if (images->have_kernel)
		n += snprintf(text + n, sizeof(text) - (size_t)n,
			      "kernel_bytes %" PRIu64 "\n",
			      images->kernel_bytes);
	if (images->have_initramfs)
		n += snprintf(text + n, sizeof(text) - (size_t)n,
			      "initramfs_bytes %" PRIu64 "\n",
			      images->packed_bytes);
	if (images->have_initramfs && !images->unpacked_is_assumed)
		n += snprintf(text + n, sizeof(text) - (size_t)n,
			      "initramfs_unpacked_bytes %" PRIu64 "\n",
			      images->unpacked_bytes);
	if (images->luks_bytes)
		n += snprintf(text + n, sizeof(text) - (size_t)n,
			      "luks_bytes %" PRIu64 "\n", images->luks_bytes);
	tar_file(snapshot->to, ".images", text, (size_t)n);
}

static void write_snapshot(struct snapshot *snapshot)
{
	static const char *const proc[] = {
		"proc/cmdline",
		"proc/zoneinfo",
		"proc/meminfo",
		"proc/iomem",
		"proc/vmstat",
		"proc/cpuinfo",
		"proc/sys/kernel/random/boot_id",
	};

	add_made(snapshot);
	for (size_t i = 0; i < sizeof(proc) / sizeof(*proc); i++)
		copy(snapshot, proc[i]);
	copy_log(snapshot);
	copy_sys(snapshot);
	copy_config(snapshot);
	tar_end(snapshot->to);
}

static int write_to(struct snapshot *snapshot, const char *file)
{
	int fd, err = 0;

	if (!file && isatty(1)) {
		fputs("kdump-dma: not a tar archive onto a terminal: -o FILE\n",
		      stderr);
		return -EINVAL;
	}
	/* Readable to its owner alone: for him to look at, then to send. */
	fd = file ? open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)
		  : dup(1);
	snapshot->to = fd < 0 ? NULL : fdopen(fd, "w");
	if (!snapshot->to) {
		err = -errno;
		fprintf(stderr, "kdump-dma: %s: %s\n", file ? file : "output",
			strerror(errno));
		return err;
	}
	write_snapshot(snapshot);
	if (ferror(snapshot->to))
		err = -EIO;
	if (fclose(snapshot->to) && !err)
		err = -errno;
	if (err && file)
		unlink(file);
	return err;
}

/* "" if it is not known. */
static void find_host(const struct root *root, char *host, size_t size)
{
	if (!root->is_live && root_read(root, host, size, "etc/hostname") < 0)
		host[0] = '\0';
	if (root->is_live && gethostname(host, size - 1))
		host[0] = '\0';
	host[strcspn(host, " \t\r\n")] = '\0';
}

static int take(struct gathered *all, void *file)
{
	static struct snapshot snapshot;
	char host[256] = "";
	int err;

	find_host(&all->root, host, sizeof(host));
	snapshot.all = all;
	snapshot.scrub.host = host;
	snapshot.buf = malloc(FILE_BYTES_MAX);
	err = snapshot.buf ? write_to(&snapshot, file) : -ENOMEM;
	free(snapshot.buf);
	return err ? STATUS_ERROR : STATUS_OK;
}

int verb_snapshot(const struct options *options)
{
	return gather_and(options->dir, GATHER_TO_READ, take,
			  (char *)options->file);
}
