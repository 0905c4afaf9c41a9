// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Files that are read where they lie: the first byte of the input says which
 * one the rest is.
 */
#include <errno.h>
#include <string.h>

#include "config/config.h"
#include "facts/facts.h"
#include "host/block.h"
#include "host/kernel_text.h"
#include "host/loadable.h"
#include "host/modules.h"
#include "host/pstore.h"
#include "host/room.h"
#include "host/unreserved.h"
#include "peers/backend.h"
#include "peers/boot_words.h"
#include "peers/read_back.h"
#include "plan/panic_events.h"
#include "state/asked.h"
#include "state/boot_entries.h"
#include "state/history.h"
#include "state/ours.h"
#include "state/rehearsed.h"
#include "state/saved.h"
#include "state/state.h"
#include "state/unlock.h"
#include "tree.h"

#define RELEASE "6.1.0-40-amd64"
#define MODULES "lib/modules/" RELEASE "/"

/* What print writes of one is read as the same. */
static void print_again(void (*print)(FILE *to, const void *arg),
			const void *one, const char *path)
{
	char *text = NULL;
	size_t len;
	FILE *to = open_memstream(&text, &len);

	PROMISE(to);
	print(to, one);
	PROMISE(!fclose(to));
	tree_put(path, text, len);
	free(text);
}

static void read_ours(void)
{
	static struct ours one, other;

	ours_load(&tree_root, &one);
	PROMISE(one.crashkernel.count <= OURS_MAX &&
		one.pool.count <= OURS_MAX);
	print_again(ours_print, &one, HISTORY_DIR "/" OURS_NAME);
	ours_load(&tree_root, &other);
	PROMISE(!memcmp(&one, &other, sizeof(one)));
}

static void read_asked(void)
{
	static struct asked one, other;

	asked_load(&tree_root, &one);
	PROMISE(one.count <= ASKED_MAX);
	print_again(asked_print, &one, HISTORY_DIR "/" ASKED_NAME);
	asked_load(&tree_root, &other);
	PROMISE(!memcmp(&one, &other, sizeof(one)));
}

static void read_rehearsed(void)
{
	static struct rehearsed_list one, other;

	if (rehearsed_load(&tree_root, &one))
		return;
	PROMISE(one.count <= REHEARSED_MAX);
	print_again(rehearsed_print, &one, HISTORY_DIR "/" REHEARSED_NAME);
	PROMISE(!rehearsed_load(&tree_root, &other));
	PROMISE(one.count == other.count);
	for (size_t i = 0; i < one.count; i++)
		PROMISE(one.item[i].image_bytes == other.item[i].image_bytes &&
			one.item[i].saved == other.item[i].saved &&
			!strcmp(one.item[i].release, other.item[i].release));
}

static void read_images(void)
{
	static struct measured one, other;

	if (!measured_load(&tree_root, &one))
		return;
	print_again(measured_print, &one, HISTORY_DIR "/" IMAGES_NAME);
	PROMISE(measured_load(&tree_root, &other));
	PROMISE(one.unpacked_bytes == other.unpacked_bytes &&
		!strcmp(one.initramfs, other.initramfs));
}

static void read_kept(void)
{
	static struct boot_entries kept;

	if (boot_entries_read(&tree_root, BOOT_ENTRIES_GRUBBY, &kept))
		return;
	PROMISE(kept.count <= BOOT_ENTRIES_MAX &&
		kept.ours_count <= BOOT_ENTRIES_OURS_MAX);
	for (size_t i = 0; i < kept.count; i++)
		boot_entries_is_foreign(&kept, &kept.entries[i]);
}

static void read_entries(void)
{
	struct read_back seen = { .words = "crashkernel=256M" };

	read_back_entries(&tree_root, &seen);
	PROMISE(seen.having <= seen.lines &&
		memchr(seen.other, 0, sizeof(seen.other)));
}

static void read_grub_cfg(void)
{
	struct read_back seen = { .words = "crashkernel=256M" };

	(void)!read_back_grub_cfg(&tree_root, "boot/grub/grub.cfg", &seen);
	PROMISE(seen.having <= seen.lines);
}

static void read_words(void)
{
	struct boot_words words = { 0 };

	boot_words_add_file(&tree_root, "etc/default/grub", &words);
	PROMISE(words.len < sizeof(words.text) &&
		strlen(words.text) == words.len);
}

static void read_modules(void)
{
	static struct modules modules;

	if (!modules_open(&tree_root, RELEASE, "a.b=1 c.d", true, &modules)) {
		(void)modules_add(&modules, "virtio_blk");
		(void)modules_add_fstype(&modules, "ext4");
		(void)modules_add_cipher(&modules, "aes-xts-plain64");
		(void)modules_add_md(&modules);
		PROMISE(modules.count <= MODULES_MAX);
		for (size_t i = 0; i < modules.count; i++)
			for (size_t j = 0; j < i; j++)
				PROMISE(strcmp(modules.item[i].name,
					       modules.item[j].name));
	}
	modules_free(&modules);
}

static void read_sysctl(void)
{
	static struct panic_events events;
	static struct config config;

	config_init(&config);
	panic_events_find(&tree_root, &config, "", &events);
}

static void read_backend(const struct backend *backend)
{
	static struct config config;
	struct append append = { 0 };
	char folder[CAPTURE_FOLDER_MAX], target[CONFIG_VALUE_MAX];

	config_init(&config);
	if (!backend->read_append(&tree_root, &config, &append))
		PROMISE(memchr(append.words, 0, sizeof(append.words)));
	if (backend_folder(backend, &tree_root, &config, folder))
		PROMISE(folder[0] == '/');
	(void)backend->target(&tree_root, &config, target, sizeof(target));
}

static void read_sysconfig(void)
{
	read_backend(&backend_kdumpctl);
	read_backend(&backend_suse);
}

static void read_kdump_tools(void)
{
	read_backend(&backend_kdump_tools);
}

static void read_unlock(void)
{
	static struct unlock one, other;

	unlock_load(&tree_root, &one);
	PROMISE(one.count <= UNLOCK_MAX);
	for (size_t i = 0; i < one.count; i++) {
		PROMISE(unlock_uuid_is_sane(one.item[i].uuid));
		PROMISE(unlock_find(&one, one.item[i].uuid));
	}
	PROMISE(!unlock_store(&tree_root, &one));
	unlock_load(&tree_root, &other);
	PROMISE(!memcmp(&one, &other, sizeof(one)));
	/* an empty one was removed */
	tree_put(HISTORY_DIR "/" UNLOCK_NAME, "", 0);
}

static void read_test(void)
{
	static struct test one, other;

	if (!test_load(&tree_root, &one))
		return;
	print_again(test_print, &one, HISTORY_DIR "/" TEST_NAME);
	PROMISE(test_load(&tree_root, &other));
	PROMISE(!strcmp(one.boot_id, other.boot_id) &&
		!strcmp(one.when, other.when));
}

static void read_looked(void)
{
	static struct looked one, other;

	if (!looked_load(&tree_root, &one))
		return;
	print_again(looked_print, &one, HISTORY_DIR "/" LOOKED_NAME);
	PROMISE(looked_load(&tree_root, &other));
	PROMISE(one.image_bytes == other.image_bytes &&
		one.faults_count == other.faults_count &&
		!strcmp(one.release, other.release));
}

static void read_facts(void)
{
	static struct facts facts;
	static struct unreserved unreserved;
	char why[512];

	facts_collect(&tree_root, &facts);
	PROMISE(memchr(facts.cmdline, 0, sizeof(facts.cmdline)));
	unreserved_find(&tree_root, &facts, "crashkernel=256M",
			UINT64_C(2) << 30, &unreserved);
	PROMISE(unreserved.cause < UNRESERVED_CAUSES);
	PROMISE(memchr(unreserved.log, 0, sizeof(unreserved.log)));
	unreserved_print(&unreserved, UINT64_C(2) << 30, why, sizeof(why));
}

/* The lines of it that are kept say the same as all of it. */
static void read_kernel_config(void)
{
	static struct facts facts = { .release = RELEASE };
	struct load_facts one, other;
	char lines[512];
	size_t len;

	loadable_collect(&tree_root, &facts, &one);
	len = loadable_config_lines(&one, lines, sizeof(lines));
	PROMISE(len < sizeof(lines));
	tree_put("boot/config-" RELEASE, lines, len);
	loadable_collect(&tree_root, &facts, &other);
	PROMISE(!memcmp(one.options, other.options, sizeof(one.options)));
}

static void read_symbols(void)
{
	static const char code[] = "40210000-4185ffff : Kernel code\n";
	uint64_t address = 0;

	tree_put("proc/iomem", code, sizeof(code) - 1);
	if (kernel_text_missing(&tree_root, "aarch64", &address))
		PROMISE(address);
	PROMISE(!unlinkat(tree_root.fd, "proc/iomem", 0));
}

static void read_udev(void)
{
	const struct block block = { .name = "vda", .major = 254 };
	static struct block_tags tags;

	(void)block_tags(&tree_root, &block, &tags);
	PROMISE(memchr(tags.uuid, 0, sizeof(tags.uuid)) &&
		memchr(tags.label, 0, sizeof(tags.label)) &&
		memchr(tags.partuuid, 0, sizeof(tags.partuuid)));
}

static void read_room(void)
{
	struct room room;

	room_collect(&tree_root, NULL, "-l -d 31", &room);
}

static void count(void *arg, uint64_t token)
{
	(void)token;
	++*(unsigned int *)arg;
}

static void read_pstore(void)
{
	unsigned int entries = 0;

	pstore_each(&tree_root, count, &entries);
	PROMISE(entries <= 1);
}

static const struct {
	const char *path;
	void (*read)(void);
} files[] = {
	{ HISTORY_DIR "/" OURS_NAME, read_ours },
	{ HISTORY_DIR "/" ASKED_NAME, read_asked },
	{ HISTORY_DIR "/" REHEARSED_NAME, read_rehearsed },
	{ HISTORY_DIR "/" IMAGES_NAME, read_images },
	{ SAVED_DIR "/" BOOT_ENTRIES_GRUBBY, read_kept },
	{ "boot/loader/entries/a.conf", read_entries },
	{ "boot/EFI/Linux/a.efi", read_entries },
	{ "boot/grub/grub.cfg", read_grub_cfg },
	{ "etc/default/grub", read_words },
	{ MODULES "modules.dep", read_modules },
	{ MODULES "modules.softdep", read_modules },
	{ MODULES "modules.alias", read_modules },
	{ MODULES "modules.builtin", read_modules },
	{ "etc/modprobe.d/a.conf", read_modules },
	{ "proc/modules", read_modules },
	{ "etc/sysctl.d/a.conf", read_sysctl },
	{ "etc/sysconfig/kdump", read_sysconfig },
	{ "etc/kdump.conf", read_sysconfig },
	{ "etc/default/kdump-tools", read_kdump_tools },
	{ HISTORY_DIR "/" UNLOCK_NAME, read_unlock },
	{ HISTORY_DIR "/" TEST_NAME, read_test },
	{ HISTORY_DIR "/" LOOKED_NAME, read_looked },
	{ "proc/cpuinfo", read_facts },
	{ "proc/cmdline", read_facts },
	{ "proc/vmstat", read_facts },
	{ "dev/kmsg", read_facts },
	{ ".machine", read_facts },
	{ "sys/kernel/kexec/crash_cma_ranges", read_facts },
	{ "boot/config-" RELEASE, read_kernel_config },
	{ "proc/kallsyms", read_symbols },
	{ "run/udev/data/b254:0", read_udev },
	{ "proc/meminfo", read_room },
	{ "sys/fs/pstore/dmesg-efi-1", read_pstore },
};

#define FILES (sizeof(files) / sizeof(*files))

static void make_usual(void)
{
	static const char dep[] = "kernel/virtio_blk.ko: kernel/virtio.ko\n"
				  "kernel/virtio.ko:\nkernel/ext4.ko:\n";

	tree_make();
	tree_put(MODULES "modules.dep", dep, sizeof(dep) - 1);
	tree_put("usr/bin/kdumpctl", "", 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t which;

	if (!size)
		return 0;
	if (tree_root.fd <= 0)
		make_usual();
	which = data[0] % FILES;
	tree_put(files[which].path, data + 1, size - 1);
	files[which].read();
	PROMISE(!unlinkat(tree_root.fd, files[which].path, 0));
	if (!strcmp(files[which].path, MODULES "modules.dep"))
		make_usual();
	return 0;
}
