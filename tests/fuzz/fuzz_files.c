// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Files that are read where they lie: the first byte of the input says which
 * one the rest is.
 */
#include <errno.h>
#include <string.h>

#include "config/config.h"
#include "host/modules.h"
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
	char folder[CAPTURE_FOLDER_MAX];

	config_init(&config);
	if (!backend->read_append(&tree_root, &config, &append))
		PROMISE(memchr(append.words, 0, sizeof(append.words)));
	if (backend_folder(backend, &tree_root, &config, folder))
		PROMISE(folder[0] == '/');
	(void)backend->saves_here(&tree_root, &config);
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
