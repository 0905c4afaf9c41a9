// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/host.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/cmdline.h"
#include "config/crashkernel.h"
#include "config/panic_timeout.h"
#include "config/table.h"
#include "host/image.h"
#include "host/new_image.h"
#include "host/sysctl_files.h"
#include "host/whose.h"
#include "lib/macros.h"
#include "peers/kernel_file.h"
#include "state/state.h"
#include "state/unlock.h"

static void find_stale_image(const struct root *root, struct host *host)
{
	char note[HOST_PROBLEM_MAX];

	if (!host->backend->stale_note ||
	    root_read(root, note, sizeof(note), "%s",
		      host->backend->stale_note) < 0)
		return;
	host->image_stale = true;
	if (host->doubt[0])
		return;
	note[strcspn(note, "\n")] = '\0';
	text_copy(text_of(note), host->doubt, sizeof(host->doubt));
}

static void find_memory(const struct facts *facts, struct host *host)
{
	if (facts->have_iomem && facts->iomem.system_ram_bytes) {
		host->have_ram_bytes = true;
		host->ram_bytes = facts->iomem.system_ram_bytes;
	} else if (facts->have_meminfo) {
		host->have_ram_bytes = true;
		host->ram_bytes = facts->meminfo.total_kib * 1024;
		if (facts->kexec.have_crash_bytes)
			host->ram_bytes += facts->kexec.crash_bytes;
	}
	for (size_t i = 0; i < facts->zoneinfo.zones_count; i++)
		if (facts->have_zoneinfo && facts->zoneinfo.zones[i].node > 0)
			host->several_nodes = true;
}

static void read_kernel(const struct root *root, const struct config *config,
			struct host *host)
{
	struct images *images = &host->images;
	struct kernel_image kernel;
	int fd = kernel_file_open(root, host->kernel_path);
	int err;

	if (fd < 0)
		return;
	err = image_kernel(fd, &kernel);
	close(fd);
	if (err)
		return;
	images->have_kernel = kernel.have_bytes || kernel.packed_bytes;
	images->kernel_is_assumed = !kernel.have_bytes;
	images->kernel_bytes =
		kernel.have_bytes
			? kernel.bytes
			: kernel.packed_bytes *
				  config_number(config, CONFIG_UNPACK_FACTOR);
}

static void read_initramfs(const struct root *root, const struct config *config,
			   const struct measured *measured, struct host *host)
{
	struct images *images = &host->images;
	struct initramfs initramfs;
	struct stat st;
	int fd = root_openat(root, O_RDONLY | O_NONBLOCK, "%s",
			     host->initramfs_path);
	int err;

	if (fd < 0)
		return;
	err = image_initramfs(fd, &initramfs);
	if (!err && fstat(fd, &st))
		err = -errno;
	close(fd);
	if (err)
		return;
	images->have_initramfs = true;
	images->packed_bytes = initramfs.packed_bytes;
	images->unpacked_bytes = initramfs.unpacked_bytes;
	if (initramfs.have_unpacked)
		return;
	images->unpacked_bytes = measured->unpacked_bytes;
	if (measured_is_of(measured, host->initramfs_path, &st))
		return;
	images->unpacked_is_assumed = true;
	images->unpacked_bytes = initramfs.packed_bytes *
				 config_number(config, CONFIG_UNPACK_FACTOR);
}

/* A snapshot carries the sizes instead of the images. */
static void images_line(void *arg, const struct line *line)
{
	struct host *host = arg;
	struct images *images = &host->images;
	struct text text = line->text;

	if (text_skip(&text, "kernel_bytes "))
		images->have_kernel =
			!text_number(text, 10, &images->kernel_bytes);
	else if (text_equal(text, "kernel_assumed"))
		images->kernel_is_assumed = true;
	else if (text_skip(&text, "initramfs_bytes "))
		images->have_initramfs =
			!text_number(text, 10, &images->packed_bytes);
	else if (text_skip(&text, "initramfs_unpacked_bytes "))
		images->unpacked_is_assumed =
			text_number(text, 10, &images->unpacked_bytes);
	else if (text_equal(text, "unlocks"))
		images->unlocks = true;
	else if (text_skip(&text, "luks_bytes "))
		if (text_number(text, 10, &images->luks_bytes))
			images->luks_bytes = 0;
}

void host_read_images(const struct root *root, const struct facts *facts,
		      const struct config *config, struct host *host)
{
	struct images *images = &host->images;
	struct measured measured;
	struct unlock unlock;

	if (!root->is_live && root_exists(root, ".images")) {
		images->unpacked_is_assumed = true;
		if (root_lines(root, 4096, images_line, host, ".images"))
			images->have_kernel = images->have_initramfs = false;
		if (images->unpacked_is_assumed)
			images->unpacked_bytes =
				images->packed_bytes *
				config_number(config, CONFIG_UNPACK_FACTOR);
		return;
	}
	measured_load(root, &measured);
	images->luks_bytes = measured.luks_bytes;
	unlock_load(root, &unlock);
	images->unlocks = unlock.count > 0;
	if (!host->kernel_path[0])
		kernel_file_find(root, facts->release, host->kernel_path,
				 sizeof(host->kernel_path));
	if (!host->initramfs_path[0])
		kernel_file_first(root, host->backend->initramfs,
				  facts->release, host->initramfs_path,
				  sizeof(host->initramfs_path));
	if (host->kernel_path[0])
		read_kernel(root, config, host);
	if (host->initramfs_path[0])
		read_initramfs(root, config, &measured, host);
}

/* What stands in place of the running kernel's words. false: nothing does. */
static bool read_own_line(const struct root *root,
			  const struct backend *backend, char *line,
			  size_t size)
{
	return backend->line.key &&
	       !shell_variable_read(root, backend->line.path, backend->line.key,
				    line, size) &&
	       line[0];
}

static bool told_cpus(const char *words, uint32_t *cpus)
{
	static const char *const names[] = { "nr_cpus", "maxcpus" };
	char value[16];
	uint64_t n;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (cmdline_last(words, names[i], value, sizeof(value)) &&
		    !text_number(text_of(value), 10, &n) && n > 0 &&
		    n < 65536) {
			*cpus = (uint32_t)n;
			return true;
		}
	return false;
}

/* What the backend gives if its words say nothing; 0: all. */
static uint32_t default_cpus(const struct root *root,
			     const struct backend *backend)
{
	char value[16];
	uint64_t n;

	if (!backend->cpus_key ||
	    shell_variable_read(root, backend->line.path, backend->cpus_key,
				value, sizeof(value)) ||
	    text_number(text_of(value), 10, &n) || n >= 65536)
		return backend->cpus_default;
	return (uint32_t)n;
}

/* CPUs that the capture kernel brings up: 1 unless its words say otherwise. */
static uint32_t count_cpus(const struct root *root, const struct facts *facts,
			   const struct host *host)
{
	const struct backend *backend = host->backend;
	char line[APPEND_MAX];
	uint32_t cpus = 0;

	if (backend->cpus_always)
		return backend->cpus_always;
	if (told_cpus(host->append, &cpus))
		return cpus;
	if (!read_own_line(root, backend, line, sizeof(line)))
		cpus = default_cpus(root, backend);
	else
		(void)told_cpus(line, &cpus);
	if (cpus)
		return cpus;
	return facts->have_cpus ? facts->cpus_count : 1;
}

static void find_peers(const struct root *root, const char *cmdline,
		       const struct config *config, struct host *host)
{
	struct append append = { 0 };

	host->backend = backend_choose(root, config);
	host->backend_forced = backend_is_forced(config);
	host->bootloader = host->backend->bootloader
				   ? host->backend->bootloader
				   : bootloader_detect(root, cmdline);
	host->have_append = !host->backend->read_append(root, config, &append);
	memcpy(host->append, append.words, sizeof(host->append));
	memcpy(host->problem, append.problem, sizeof(host->problem));
}

static bool has_panic(const char *words)
{
	struct text rest = text_of(words), word, name, value;
	bool is_whole;

	while (cmdline_word(&rest, &word, &is_whole)) {
		(void)cmdline_parts(word, &name, &value);
		if (text_equal(name, "panic"))
			return true;
	}
	return false;
}

/* Is panic= among the words that the backend takes out of what is inherited? */
static bool removes_panic(const struct root *root,
			  const struct backend *backend)
{
	char names[APPEND_MAX];

	/* "panic=0" there takes out each panic=, too. */
	return backend->remove_key &&
	       !shell_variable_read(root, backend->line.path,
				    backend->remove_key, names,
				    sizeof(names)) &&
	       has_panic(names);
}

static void take_panic(void *arg, struct text key, struct text value,
		       const char *by)
{
	struct host *host = arg;
	bool is_zero;

	if (!sysctl_is_key(key, "kernel/panic"))
		return;
	host->panic_undone_by[0] = '\0';
	if (panic_timeout_is_number(value, &is_zero) && is_zero)
		snprintf(host->panic_undone_by, sizeof(host->panic_undone_by),
			 "%s", by);
}

/*
 * The words that the capture kernel gets from the production kernel: the
 * running kernel's, or those that the backend's own variable has in their
 * place.
 */
static void find_panic_words(const struct root *root, const struct facts *facts,
			     struct host *host)
{
	const struct backend *backend = host->backend;
	const char *running = facts->have_cmdline ? facts->cmdline : NULL;
	char line[APPEND_MAX], without[sizeof(facts->cmdline)];
	char with_own[sizeof(without) + 32];

	if (backend->drops_words) {
		host->panic_words = PANIC_WORDS_REBOOT;
		return;
	}
	/* kdump-tools 1.8.1 puts its own first, for its find(1) fails. */
	if (backend->own_sysctls)
		sysctl_file_each(root, backend->own_sysctls, take_panic, host);
	if (backend->boots_system)
		sysctl_files_each(root, take_panic, host);
	if (read_own_line(root, backend, line, sizeof(line)))
		running = line;
	if (running && removes_panic(root, backend) &&
	    !cmdline_set(running, "panic", NULL, without, sizeof(without)))
		running = without;
	if (running && backend->own_panic && !has_panic(running) &&
	    !(host->have_append && has_panic(host->append))) {
		snprintf(with_own, sizeof(with_own), "%s %s", running,
			 backend->own_panic);
		running = with_own;
	}
	host->panic_words =
		panic_words_of(running, host->have_append ? host->append : NULL,
			       host->panic_add, sizeof(host->panic_add));
}

/*
 * Find out why crashkernel= reserved nothing, whoever set it. Where nothing can
 * be loaded that is the reason already.
 */
static void find_unreserved(const struct root *root, const struct facts *facts,
			    const struct config *config, struct host *host)
{
	char words[HOST_WORDS_MAX], why[HOST_DOUBT_MAX - HOST_WORDS_MAX - 64];
	uint64_t ram_bytes = host->have_ram_bytes ? host->ram_bytes : 0;
	struct unreserved *out = &host->unreserved;

	loadable_collect(root, facts, &host->load);
	host->cannot_load = loadable_check(&host->load, facts);
	if (host->cannot_load || !facts->have_cmdline ||
	    cmdline_crashkernel(facts->cmdline, words, sizeof(words)))
		return;
	unreserved_find(root, facts, words, ram_bytes, out);
	if (!out->cause)
		return;
	out->too_small_below = table_too_small_below(
		config, facts->machine, facts->page_bytes, ram_bytes);
	unreserved_print(out, ram_bytes, why, sizeof(why));
	snprintf(host->unreserved_why, sizeof(host->unreserved_why),
		 "this kernel was given %s and reserved nothing: %s", words,
		 why);
}

/* A rehearsal of another image says nothing about this one. */
static void find_rehearsal(const struct root *root, const struct facts *facts,
			   struct host *host)
{
	struct rehearsed_list list;
	const struct rehearsed *newest;

	if (!host->images.have_initramfs || rehearsed_load(root, &list))
		return;
	newest = rehearsed_of(&list, facts->release, host->images.packed_bytes);
	if (!newest)
		return;
	host->have_rehearsed = true;
	host->rehearsed = *newest;
}

void host_collect(const struct root *root, const struct facts *facts,
		  const struct config *config, struct host *host)
{
	struct boot boot;

	memset(host, 0, sizeof(*host));
	find_peers(root, facts->have_cmdline ? facts->cmdline : "", config,
		   host);
	find_panic_words(root, facts, host);
	if (!new_image_is(root, facts, host->new_image,
			  sizeof(host->new_image)))
		host->new_image[0] = '\0';
	find_memory(facts, host);
	find_unreserved(root, facts, config, host);
	whose_crashkernel(root, facts, config, host);
	find_stale_image(root, host);
	whose_pool(root, config, host);
	if (boot_load(root, &boot) && facts->have_boot_id &&
	    streq(boot.boot_id, facts->boot_id)) {
		host->have_boot_encryption = boot.have_encryption;
		host->boot_encrypted = boot.encrypted;
	}
	host_read_images(root, facts, config, host);
	host->cpus_count = count_cpus(root, facts, host);
	find_rehearsal(root, facts, host);
}
