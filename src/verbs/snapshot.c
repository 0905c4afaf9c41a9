// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kdump-dma snapshot: what plan reads, and nothing else, as a tar archive of a
 * plain tree. plan --root on it gives the same plan. What of a file it may hold
 * is decided by allowed.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/macros.h"
#include "lib/names.h"
#include "lib/plain_words.h"
#include "peers/booted.h"
#include "peers/peer_paths.h"
#include "peers/unit.h"
#include "state/asked.h"
#include "state/ours.h"
#include "state/saved.h"
#include "state/state.h"
#include "verbs/allowed.h"
#include "verbs/gather.h"
#include "verbs/tar.h"
#include "verbs/verbs.h"

/* There may be thousands of these. */
#define SYSFS_BYTES_MAX 4096
#define FILE_BYTES_MAX	(4 * 1024 * 1024)

struct snapshot {
	const struct gathered *all;
	FILE *to;
	struct aliases aliases;
	char *buf; /* FILE_BYTES_MAX */
};

/* A file of the archive that is being written: finish() ends it. */
struct member {
	const char *path;
	char *buf;
	size_t len;
	FILE *to;
};

static bool begin(struct member *member, const char *path)
{
	*member = (struct member){ .path = path };
	member->to = open_memstream(&member->buf, &member->len);
	return member->to != NULL;
}

static void finish(struct snapshot *snapshot, struct member *member)
{
	if (!fclose(member->to))
		tar_file(snapshot->to, member->path, member->buf, member->len);
	free(member->buf);
}

/* What is allowed of a file, under its own name or another. */
static void copy_most(struct snapshot *snapshot, const char *path,
		      const char *name, size_t bytes_max,
		      struct allowed allowed)
{
	ssize_t len = root_read(&snapshot->all->root, snapshot->buf, bytes_max,
				"%s", path);
	struct member member;

	if (len < 0 || !begin(&member, name))
		return;
	if (allowed.all)
		allowed.all(&snapshot->aliases, member.to, snapshot->buf,
			    (size_t)len);
	else
		lines_of(snapshot->buf, (size_t)len, allowed.each, member.to);
	finish(snapshot, &member);
}

static void copy_as(struct snapshot *snapshot, const char *path,
		    const char *name, struct allowed allowed)
{
	copy_most(snapshot, path, name, FILE_BYTES_MAX, allowed);
}

static void copy_log(struct snapshot *snapshot)
{
	struct allowed_log log = { 0 };
	struct member records, member;
	int err;

	if (!begin(&records, ""))
		return;
	log.to = records.to;
	err = root_lines(&snapshot->all->root, 64 * 1024 * 1024,
			 allowed_log_line, &log, "dev/kmsg");
	if (!fclose(records.to) && !err && begin(&member, "dev/kmsg")) {
		if (log.seen)
			fprintf(member.to, "6,%" PRIu64 ",0,-;\n",
				log.gap && !log.first ? 1 : log.first);
		fwrite(records.buf, 1, records.len, member.to);
		finish(snapshot, &member);
	}
	free(records.buf);
}

#define DRIVER_ALPHABET                                                        \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-."

/* A folder's entries, each of them with some files. */
struct folder {
	struct snapshot *snapshot;
	const char *path;
	const char *const *files;
	allowed_fn *const *allowed; /* NULL: a symlink: its name counts */
	const char *alphabet;	    /* of the entries' names */
};

static bool is_made_of(const char *name, const char *alphabet)
{
	return strlen(name) <= 40 && !name[strspn(name, alphabet)];
}

static void copy_entry(void *arg, const char *name)
{
	struct folder *folder = arg;
	struct snapshot *snapshot = folder->snapshot;
	char path[256], target[128];

	if (!is_made_of(name, folder->alphabet))
		return;
	for (size_t i = 0; folder->files[i]; i++) {
		snprintf(path, sizeof(path), "%s/%s/%s", folder->path, name,
			 folder->files[i]);
		if (folder->allowed[i])
			copy_most(snapshot, path, path, SYSFS_BYTES_MAX,
				  (struct allowed){ folder->allowed[i] });
		else if (!root_link_name(&snapshot->all->root, target,
					 sizeof(target), "%s", path) &&
			 is_made_of(target, DRIVER_ALPHABET))
			tar_symlink(snapshot->to, path, target);
	}
}

/* Caches are counted by their names: an empty file stands for one. */
static void mark_cache(void *arg, const char *name)
{
	struct snapshot *snapshot = arg;
	char path[256];
	struct text size = text_of(name);

	if (!text_skip(&size, "dma-kmalloc-") && strcmp(name, "kmalloc-64"))
		return;
	if (strlen(name) > 20 ||
	    (strcmp(name, "kmalloc-64") && !plain_words_value(size)))
		return;
	snprintf(path, sizeof(path), "sys/kernel/slab/%s", name);
	tar_file(snapshot->to, path, "", 0);
}

static void copy_sys(struct snapshot *snapshot)
{
	static const char *const pci[] = { "dma_mask_bits",
					   "consistent_dma_mask_bits", "driver",
					   NULL };
	static allowed_fn *const pci_allowed[] = { allowed_numbers,
						   allowed_numbers, NULL };
	static const char *const memmap[] = { "start", "end", "type", NULL };
	static allowed_fn *const memmap_allowed[] = { allowed_numbers,
						      allowed_numbers,
						      allowed_memmap_type };
	static const char *const numbers[] = {
		"sys/kernel/kexec_crash_loaded",
		"sys/kernel/kexec_crash_size",
		"sys/kernel/kexec_crash_cma_ranges",
		"sys/kernel/kexec/crash_loaded",
		"sys/kernel/kexec/crash_size",
		"sys/kernel/kexec/crash_cma_ranges",
		"sys/devices/system/cpu/possible",
		"sys/kernel/debug/dma_pools/pool_size_kernel",
		"sys/kernel/debug/dma_pools/pool_size_dma",
		"sys/kernel/debug/dma_pools/pool_size_dma32",
		"sys/kernel/debug/swiotlb/io_tlb_nslabs",
		"sys/kernel/debug/swiotlb/io_tlb_used",
		"sys/kernel/debug/swiotlb/io_tlb_used_hiwater",
	};
	struct folder devices = { snapshot, "sys/bus/pci/devices", pci,
				  pci_allowed, "0123456789abcdef:." };
	struct folder ranges = { snapshot, "sys/firmware/memmap", memmap,
				 memmap_allowed, "0123456789" };

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		copy_as(snapshot, numbers[i], numbers[i],
			(struct allowed){ allowed_numbers });
	(void)!root_list(&snapshot->all->root, copy_entry, &devices, "%s",
			 devices.path);
	/* A folder without a device is one that was seen. */
	if (snapshot->all->facts.pci.have &&
	    !snapshot->all->facts.pci.bound_count)
		tar_file(snapshot->to, "sys/bus/pci/devices/none", "", 0);
	(void)!root_list(&snapshot->all->root, copy_entry, &ranges, "%s",
			 ranges.path);
	(void)!root_list(&snapshot->all->root, mark_cache, snapshot,
			 "sys/kernel/slab");
}

/*
 * The drop-ins of a folder, in the order of their names. Those are somebody's:
 * packages' own stay, others become numbers.
 */
static void copy_drop_ins(struct snapshot *snapshot, const char *folder,
			  const char *suffix, struct allowed allowed)
{
	static const char *const known[] = { PATH_GRUB_CFG,
					     PATH_GRUB_D "/kdump-tools.cfg",
					     PATH_NATIVE };
	struct names names = { 0 };

	(void)!names_add(&names, &snapshot->all->root, suffix, folder);
	for (size_t i = 0; i < names.count; i++) {
		char path[300], as[300];
		size_t at = 0;

		snprintf(path, sizeof(path), "%s/%s", folder, names.at[i]);
		while (at < 3 && strcmp(path, known[at]))
			at++;
		snprintf(as, sizeof(as), "%s/%04zu%s", folder, i, suffix);
		copy_as(snapshot, path, at < 3 ? path : as, allowed);
	}
	names_free(&names);
}

/* Files of which only the existence counts. */
static void mark_files(struct snapshot *snapshot)
{
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
		PATH_PROXMOX_UUIDS,
		"usr/sbin/proxmox-boot-tool",
		"etc/zipl.conf",
		"usr/lib/kernel/install.d/91-zipl.install",
		"boot/extlinux/extlinux.conf",
		"extlinux/extlinux.conf",
		"boot/firmware/cmdline.txt",
		"boot/firmware/current/cmdline.txt",
		"boot/extlinux.conf",
		"etc/update-extlinux.conf",
		"etc/NIXOS",
		"boot/refind_linux.conf",
		"boot/limine.conf",
		"boot/limine/limine.conf",
		"etc/default/limine",
		BOOTED_BY_FIRMWARE,
		"proc/vmcore",
		"var/lib/kdump-dma/reverted",
	};
	static const char *const units[] = { "kdump.service",
					     "kdump-dma.service",
					     "kdump-tools.service" };
	const struct root *root = &snapshot->all->root;
	char path[128];

	for (size_t i = 0; i < ARRAY_SIZE(marks); i++)
		if (root_exists(root, "%s", marks[i]))
			tar_file(snapshot->to, marks[i], "", 0);
	/* Which target wants it does not matter. */
	for (size_t i = 0; i < 3; i++) {
		if (!unit_is_enabled(root, units[i]))
			continue;
		snprintf(path, sizeof(path),
			 "etc/systemd/system/multi-user.target.wants/%s",
			 units[i]);
		tar_file(snapshot->to, path, "", 0);
	}
}

static void copy_state(struct snapshot *snapshot)
{
	const struct root *root = &snapshot->all->root;
	struct aliases *aliases = &snapshot->aliases;
	static struct asked asked;
	static struct ours ours;
	struct rehearsed_list rehearsed;
	struct applied applied;
	struct member member;
	struct boot boot;

	ours_load(root, &ours);
	allowed_ours(&ours);
	if (ours.crashkernel.count + ours.pool.count &&
	    begin(&member, HISTORY_DIR "/" OURS_NAME)) {
		ours_print(member.to, &ours);
		finish(snapshot, &member);
	}
	asked_load(root, &asked);
	allowed_asked(&asked);
	if (asked.count && begin(&member, HISTORY_DIR "/" ASKED_NAME)) {
		asked_print(member.to, &asked);
		finish(snapshot, &member);
	}

	if (applied_load(root, &applied) &&
	    begin(&member, HISTORY_DIR "/" APPLIED_NAME)) {
		allowed_applied(aliases, member.to, applied);
		finish(snapshot, &member);
	}
	if (boot_load(root, &boot) &&
	    begin(&member, HISTORY_DIR "/" BOOT_NAME)) {
		allowed_boot(aliases, member.to, boot);
		finish(snapshot, &member);
	}
	if (rehearsed_load(root, &rehearsed) == 0 && rehearsed.count &&
	    begin(&member, HISTORY_DIR "/" REHEARSED_NAME)) {
		rehearsed_print(member.to, &rehearsed);
		finish(snapshot, &member);
	}
	if (snapshot->all->history.count &&
	    begin(&member, HISTORY_DIR "/" HISTORY_NAME)) {
		allowed_history(aliases, member.to, &snapshot->all->history);
		finish(snapshot, &member);
	}
}

static void copy_files(struct snapshot *snapshot)
{
	static const struct {
		const char *path;
		struct allowed allowed;
	} files[] = {
		{ "proc/cmdline", { allowed_cmdline } },
		{ BOOTED_LOADER_INFO, { allowed_loader } },
		{ BOOTED_STUB_INFO, { allowed_loader } },
		{ "proc/zoneinfo", { .each = allowed_zoneinfo_line } },
		{ "proc/meminfo", { .each = allowed_meminfo_line } },
		{ "proc/iomem", { .each = allowed_iomem_line } },
		{ "proc/vmstat", { .each = allowed_vmstat_line } },
		{ "proc/cpuinfo", { allowed_cpuinfo } },
		{ "proc/sys/kernel/random/boot_id", { allowed_boot_id } },
		{ "run/kdump-dma/stale", { allowed_stale } },
		{ "usr/lib/kdump-dma/policy.conf", { allowed_config } },
		{ "usr/lib/kdump-dma/kdump-dma.conf", { allowed_config } },
		{ "etc/kdump-dma.conf", { allowed_config } },
		{ PATH_GRUB, { .each = allowed_grub_line } },
		{ PATH_GRUB_CUSTOM, { .each = allowed_kernel_cmdline_line } },
		{ PATH_KERNEL_CMDLINE,
		  { .each = allowed_kernel_cmdline_line } },
		{ PATH_KDUMP_TOOLS, { allowed_kdump_tools } },
		{ "usr/sbin/kdump-config", { allowed_kdump_config } },
		{ PATH_SYSCONFIG, { allowed_sysconfig } },
		{ PATH_KDUMP_CONF, { .each = allowed_kdump_conf_line } },
		{ SAVED_DIR "/etc%kdump.conf.before",
		  { .each = allowed_kdump_conf_line } },
		{ SAVED_DIR "/etc%sysconfig%kdump.before",
		  { allowed_sysconfig } },
		{ SAVED_DIR "/etc%sysconfig%kdump.after",
		  { allowed_sysconfig } },
	};

	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		copy_as(snapshot, files[i].path, files[i].path,
			files[i].allowed);
	copy_drop_ins(snapshot, "etc/kdump-dma.conf.d", ".conf",
		      (struct allowed){ allowed_config });
	copy_drop_ins(snapshot, PATH_GRUB_D, ".cfg",
		      (struct allowed){ .each = allowed_grub_line });
	copy_drop_ins(snapshot, PATH_GRUB_SCRIPTS, "",
		      (struct allowed){ .each = allowed_kernel_cmdline_line });
}

/* What the kernel says without a file, and sizes in place of the images. */
static void add_made(struct snapshot *snapshot)
{
	const struct facts *facts = &snapshot->all->facts;
	const struct images *images = &snapshot->all->host.images;
	struct member member;

	if (begin(&member, ".machine")) {
		fprintf(member.to,
			"release %s\nmachine %s\npage_size %" PRIu64 "\n",
			facts->release, facts->machine, facts->page_bytes);
		finish(snapshot, &member);
	}
	if (!begin(&member, ".images"))
		return;
	if (images->have_kernel)
		fprintf(member.to, "kernel_bytes %" PRIu64 "\n%s",
			images->kernel_bytes,
			images->kernel_is_assumed ? "kernel_assumed\n" : "");
	if (images->have_initramfs)
		fprintf(member.to, "initramfs_bytes %" PRIu64 "\n",
			images->packed_bytes);
	if (images->have_initramfs && !images->unpacked_is_assumed)
		fprintf(member.to, "initramfs_unpacked_bytes %" PRIu64 "\n",
			images->unpacked_bytes);
	if (images->luks_bytes)
		fprintf(member.to, "luks_bytes %" PRIu64 "\n",
			images->luks_bytes);
	if (images->unlocks)
		fputs("unlocks\n", member.to);
	finish(snapshot, &member);
}

static void put(struct snapshot *snapshot, const char *path, const char *text)
{
	tar_file(snapshot->to, path, text, strlen(text));
}

/* Whether a capture kernel could be loaded: each fact in its file's form. */
static void add_load(struct snapshot *snapshot)
{
	const struct load_facts *load = &snapshot->all->host.load;
	const char *release = snapshot->all->facts.release;
	char text[256], path[100];

	if (load->have_disabled)
		put(snapshot, "proc/sys/kernel/kexec_load_disabled",
		    load->disabled ? "1\n" : "0\n");
	if (load->have_limit)
		put(snapshot, "proc/sys/kernel/kexec_load_limit_panic",
		    load->limit_reached ? "0\n" : "-1\n");
	if (load->have_lockdown)
		put(snapshot, "sys/kernel/security/lockdown",
		    load->locked_down ? "none [integrity] confidentiality\n"
				      : "[none] integrity confidentiality\n");
	if (load->is_container)
		put(snapshot, "run/systemd/container", "container\n");
	if (load->have_xen)
		put(snapshot, "sys/hypervisor/type", "xen\n");
	if (load->xen_dom0)
		put(snapshot, "proc/xen/capabilities", "control_d\n");
	if (load->xen_pv)
		put(snapshot, "sys/hypervisor/guest_type", "PV\n");
	if (load->have_fadump)
		put(snapshot, "sys/kernel/fadump/enabled",
		    load->fadump ? "1\n" : "0\n");
	if (load->have_sys_kernel)
		put(snapshot, "sys/kernel/notes", "");
	if (load->no_crash_interface)
		put(snapshot, "sys/kernel/kexec_loaded", "0\n");
	if (loadable_config_lines(load, text, sizeof(text)) &&
	    snprintf(path, sizeof(path), "boot/config-%s", release) <
		    (int)sizeof(path))
		put(snapshot, path, text);
}

static void write_snapshot(struct snapshot *snapshot)
{
	add_made(snapshot);
	add_load(snapshot);
	copy_files(snapshot);
	copy_log(snapshot);
	copy_sys(snapshot);
	copy_state(snapshot);
	mark_files(snapshot);
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
	/* Readable only to its owner, who looks at it before sending it. */
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
	errno = 0;
	if (fflush(snapshot->to) || ferror(snapshot->to))
		err = errno ? -errno : -EIO;
	if (fclose(snapshot->to) && !err)
		err = -errno;
	if (err)
		fprintf(stderr, "kdump-dma: snapshot: %s: %s\n",
			file ? file : "standard output", strerror(-err));
	if (err && file)
		unlink(file);
	return err;
}

static int take(struct gathered *all, const struct options *options)
{
	static struct snapshot snapshot;
	int err;

	snapshot.all = all;
	snapshot.buf = malloc(FILE_BYTES_MAX);
	err = snapshot.buf ? write_to(&snapshot, options->file) : -ENOMEM;
	free(snapshot.buf);
	allowed_free(&snapshot.aliases);
	return err ? STATUS_ERROR : STATUS_OK;
}

int verb_snapshot(const struct options *options)
{
	return gather_and(options, GATHER_TO_READ, take);
}
