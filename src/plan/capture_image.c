// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/capture_image.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "host/encrypted.h"
#include "host/kernel_text.h"
#include "host/loadable.h"
#include "host/resolve.h"
#include "host/whole_file.h"
#include "lib/disk_id.h"
#include "lib/macros.h"
#include "peers/kernel_file.h"
#include "state/history.h"

#define HOOK_MAX 512 /* the longest value of the image's configuration */

#define refuse(image, ...)                                                     \
	text_print_first((image)->why, sizeof((image)->why), __VA_ARGS__)

__attribute__((format(printf, 2, 3))) static void
doubt(struct capture_image *image, const char *format, ...)
{
	va_list args;

	if (image->doubts_count == IMAGE_DOUBTS_MAX)
		return;
	va_start(args, format);
	vsnprintf(image->doubts[image->doubts_count++], IMAGE_WHY_MAX, format,
		  args);
	va_end(args);
}

static void add_name(struct image_names *names, const char *text)
{
	for (size_t i = 0; i < names->count; i++)
		if (streq(names->item[i].text, text))
			return;
	if (names->count < IMAGE_NAMES_MAX &&
	    strlen(text) < sizeof(names->item[0].text))
		strcpy(names->item[names->count++].text, text);
}

static void add_file(const struct root *root, struct image_names *names,
		     const char *path)
{
	if (root_exists(root, "%s", path))
		add_name(names, path);
}

/* ---- the device --------------------------------------------------------- */

static void add_member(const struct root *root, const struct block *block,
		       struct capture_image *out)
{
	struct block_tags tags;

	storage_add(root, block, &out->storage);
	if (block_tags(root, block, &tags) && tags.uuid_sub[0] &&
	    out->members_count < IMAGE_MEMBERS_MAX)
		strcpy(out->members[out->members_count++], tags.uuid_sub);
}

struct members {
	const struct root *root;
	const char *uuid;
	struct image_names names;
};

static void take_member(void *arg, const char *name)
{
	add_name(&((struct members *)arg)->names, name);
}

static void take_same_uuid(void *arg, const char *name)
{
	struct members *members = arg;
	struct block block;
	struct block_tags tags;

	if (!block_by_name(members->root, name, &block) &&
	    block_tags(members->root, &block, &tags) &&
	    streq(tags.type, "btrfs") && streq(tags.uuid, members->uuid))
		add_name(&members->names, name);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

/*
 * Add all devices of a btrfs. If it is mounted, the kernel lists them; a copy
 * of it on another disk, with the same UUID, is not among them. If it is not
 * mounted, all devices with its UUID are taken.
 */
static void add_members(const struct root *root, struct capture_image *out)
{
	static struct members members;
	const char *uuid = out->target.tags.uuid;
	struct block block;

	members = (struct members){ .root = root, .uuid = uuid };
	if (root_list(root, take_member, &members, "sys/fs/btrfs/%s/devices",
		      uuid[0] ? uuid : "-"))
		(void)!root_list(root, take_same_uuid, &members,
				 "sys/class/block");
	qsort(members.names.item, members.names.count,
	      sizeof(members.names.item[0]), by_text);
	if (members.names.count < 2) {
		storage_add(root, &out->target.block, &out->storage);
		return;
	}
	for (size_t i = 0; i < members.names.count; i++) {
		const char *name = members.names.item[i].text;

		if (block_by_name(root, name, &block))
			refuse(out, "%s, a device of the target, is not there",
			       name);
		else
			add_member(root, &block, out);
	}
	if (out->storage.steps_count < STORAGE_STEPS_MAX)
		snprintf(out->storage.steps[out->storage.steps_count++],
			 STORAGE_STEP_MAX, "btrfs %zu", members.names.count);
}

static void find_storage(const struct root *root, struct capture_image *out)
{
	storage_init(&out->storage);
	if (streq(out->target.fstype, "btrfs"))
		add_members(root, out);
	else
		storage_add(root, &out->target.block, &out->storage);
	/* The UUID does not tell a disk from a copy of it. */
	if (!out->storage.steps_count)
		(void)!disk_id(root, out->target.block.path, out->disk);
	if (out->storage.why[0])
		refuse(out,
		       "the target %s %s: set another one in "
		       "/etc/kdump-dma.conf",
		       out->target.device, out->storage.why);
}

/* "luks UUID NAME [PREFIX]" becomes "luks UUID SLOT NAME [PREFIX]". */
static void give_slot(struct storage *storage, const struct unlock_slot *slot)
{
	char begin[UNLOCK_UUID_MAX + 8], name[STORAGE_STEP_MAX];
	size_t len =
		(size_t)snprintf(begin, sizeof(begin), "luks %s ", slot->uuid);

	for (size_t i = 0; i < storage->steps_count; i++) {
		char *step = storage->steps[i];

		if (strncmp(step, begin, len))
			continue;
		snprintf(name, sizeof(name), "%s", step + len);
		snprintf(step, STORAGE_STEP_MAX, "%s%" PRIu64 " %.200s", begin,
			 slot->slot, name);
	}
}

static const struct unlock_slot *find_slot(const struct root *root,
					   const struct unlock *unlock,
					   const char *uuid)
{
	const struct unlock_slot *slot = unlock_find(unlock, uuid);
	char path[UNLOCK_PATH_MAX];

	unlock_key_path(uuid, path);
	return slot && slot->is_ready && root_exists(root, "%s", path) ? slot
								       : NULL;
}

static void refuse_locked(struct capture_image *out)
{
	const char *why = out->keys.why;

	refuse(out,
	       "the target %s lies on an encrypted device, which nobody can "
	       "open after a crash%s%s%s: run \"kdump-dma unlock\", or set "
	       "another target in /etc/kdump-dma.conf",
	       out->target.device, why[0] ? " (" : "", why, why[0] ? ")" : "");
}

/*
 * A key that the kernel hands over goes before our slot: then neither a key
 * nor cryptsetup is in the image.
 */
static void find_opener(const struct root *root, const struct unlock *unlock,
			const char *uuid, struct capture_image *out)
{
	const struct capture_key *key = capture_keys_of(&out->keys, uuid);
	const struct unlock_slot *slot;
	char path[UNLOCK_PATH_MAX];

	if (key) {
		if (!capture_keys_give(key, &out->storage))
			refuse(out,
			       "the names of the encrypted device %s are "
			       "too long",
			       uuid);
		return;
	}
	slot = find_slot(root, unlock, uuid);
	if (!slot)
		return refuse_locked(out);
	out->slots[out->slots_count++] = *slot;
	give_slot(&out->storage, slot);
	unlock_key_path(uuid, path);
	add_name(&out->files, path);
}

/* Whoever can read the image has the keys that are in it. */
static void find_openers(const struct root *root, struct capture_image *out)
{
	struct unlock unlock;

	if (!out->storage.luks_count || out->why[0])
		return;
	unlock_load(root, &unlock);
	capture_keys_find(root, &out->storage,
			  out->is_running || out->takes_keys, &out->keys);
	for (size_t i = 0; i < out->storage.luks_count && !out->why[0]; i++)
		find_opener(root, &unlock, out->storage.luks[i].uuid, out);
	if (!out->slots_count)
		out->storage.programs &= ~(unsigned int)STORAGE_CRYPTSETUP;
	else if (!out->why[0] && !encrypted_folder(root, "/" HISTORY_DIR))
		refuse(out,
		       "/" HISTORY_DIR " does not lie on an encrypted device: "
		       "image and key would be readable there: run "
		       "\"kdump-dma unlock --remove\", or set another target "
		       "in /etc/kdump-dma.conf");
}

/* ---- modules ------------------------------------------------------------ */

/* Take the first watchdog that is a device, not one of software. */
static void take_watchdog(void *arg, const char *name)
{
	char *first = arg;

	if (strlen(name) < sizeof(((struct capture_image *)0)->watchdog) &&
	    (!first[0] || strcmp(name, first) < 0))
		strcpy(first, name);
}

static void add_watchdog(const struct root *root, struct capture_image *out,
			 struct storage *drivers)
{
	char path[BLOCK_PATH_MAX];

	(void)!root_list(root, take_watchdog, out->watchdog,
			 "sys/class/watchdog");
	if (!out->watchdog[0])
		return;
	if (resolve(root, path, sizeof(path), "sys/class/watchdog/%s/device",
		    out->watchdog))
		out->watchdog[0] = '\0';
	else
		storage_add_device(root, path, drivers);
}

/* No far end: dumps stay here, or without a fallback none is saved. */
static void no_remote(struct capture_image *out)
{
	const struct capture_remote *remote = &out->remote;

	if (out->target.is_none)
		refuse(out, "dumps cannot go to %s: %s", remote->url,
		       remote->why);
	else
		doubt(out,
		      "dumps cannot go to %s, so they stay on this machine: "
		      "%s",
		      remote->url, remote->why);
}

static void find_remote(const struct capture_image_input *in,
			struct capture_image *out)
{
	capture_remote_make(in->root, in->config, &out->remote);
	if (out->remote.why[0])
		no_remote(out);
}

static int add_all(struct modules *modules, const struct storage *storage)
{
	int err = 0;

	for (size_t i = 0; !err && i < storage->drivers_count; i++)
		err = modules_add(modules, storage->drivers[i]);
	return err;
}

/* What mount(2) would ask modprobe for. Version 3 is for old servers. */
static int add_nfs(struct modules *modules)
{
	char missing[MODULE_NAME_MAX];
	int err = modules_add(modules, "nfsv4");

	strcpy(missing, modules->missing);
	if (!err)
		err = modules_add(modules, "nfsv3");
	strcpy(modules->missing, missing);
	return err;
}

static int add_network_modules(struct modules *modules,
			       const struct capture_remote *remote)
{
	int err = add_all(modules, &remote->drivers);

	if (!err && remote->network.needs_bond)
		err = modules_add(modules, "bonding");
	if (!err && remote->network.needs_vlan)
		err = modules_add(modules, "8021q");
	if (!err && remote->network.is_v6)
		err = modules_add(modules, "ipv6");
	if (!err && remote->remote.kind == REMOTE_NFS)
		err = add_nfs(modules);
	return err;
}

static void add_programs(struct capture_image *out)
{
	add_name(&out->programs, "ip");
	if (out->remote.remote.kind != REMOTE_SSH)
		return;
	add_name(&out->programs, "ssh");
	add_name(&out->files, REMOTE_KEY);
	add_name(&out->files, REMOTE_KNOWN_HOSTS);
}

/*
 * Add the modules for the way to the far end. If one is missing, the image has
 * none of them, and dumps stay here.
 */
static int add_network(struct modules *modules, struct capture_image *out)
{
	struct capture_remote *remote = &out->remote;
	size_t before = modules->count;
	int err;

	if (!capture_remote_is_used(remote))
		return 0;
	err = add_network_modules(modules, remote);
	if (!modules->missing[0]) {
		add_programs(out);
		return err;
	}
	snprintf(remote->why, sizeof(remote->why),
		 "the module %s, which the network needs, is not there for %s",
		 modules->missing, out->release);
	modules->missing[0] = '\0';
	modules->count = before;
	no_remote(out);
	return err;
}

/* Words of image_add= that are no path are modules. */
static int add_asked(const struct config *config, struct modules *modules)
{
	struct text rest = text_of(config_text(config, CONFIG_IMAGE_ADD)), word;
	char name[MODULE_NAME_MAX];
	int err = 0;

	while (!err && text_word(&rest, &word)) {
		if (word.at[0] == '/')
			continue;
		text_copy(word, name, sizeof(name));
		err = modules_add(modules, name);
	}
	return err;
}

static void find_modules(const struct capture_image_input *in,
			 struct capture_image *out)
{
	static struct storage watchdog;
	struct modules *modules = &out->modules;
	int err = modules_open(in->root, out->release, out->cmdline,
			       out->is_running, modules);

	storage_init(&watchdog);
	add_watchdog(in->root, out, &watchdog);
	if (!err)
		err = add_all(modules, &watchdog);
	modules->missing[0] = '\0'; /* no reason to refuse */
	out->watchdog_modules = modules->count;
	if (!err)
		err = add_network(modules, out);
	if (!err)
		err = add_all(modules, &out->storage);
	if (!err && out->storage.programs)
		err = modules_add_md(modules);
	for (size_t i = 0; !err && i < out->slots_count; i++)
		err = modules_add_cipher(modules, out->slots[i].cipher);
	for (size_t i = 0; !err && i < out->keys.count; i++)
		err = modules_add_cipher(modules,
					 out->keys.item[i].table.cipher);
	if (!err && !out->target.is_none)
		err = modules_add_fstype(modules, out->target.fstype);
	if (modules->missing[0])
		refuse(out,
		       "the module %s, which the target %s needs, is not there "
		       "for %s",
		       modules->missing, out->target.device, out->release);
	if (!err)
		err = add_asked(in->config, modules);
	if (modules->missing[0])
		refuse(out, "the module %s of image_add= is not there for %s",
		       modules->missing, out->release);
	if (err == -E2BIG)
		refuse(out, "the target %s needs more than %d modules of %s",
		       out->target.device, MODULES_MAX, out->release);
	else if (err)
		refuse(out, "the modules of %s: %s", out->release,
		       strerror(-err));
}

/* ---- the command line --------------------------------------------------- */

static char *read_kernel_config(const struct root *root, const char *release)
{
	char *text = whole_file(root, "boot/config-%s", release);

	if (!text)
		text = whole_file(root, "usr/lib/modules/%s/config", release);
	return text ? text : whole_file(root, "lib/modules/%s/config", release);
}

static void make_cmdline(const struct capture_image_input *in,
			 struct capture_image *out)
{
	char vendor[128], append[CONFIG_APPEND_MAX];
	char *config = read_kernel_config(in->root, out->release);
	struct capture_cmdline_input words = {
		.running = in->facts->have_cmdline ? in->facts->cmdline : "",
		.remove = config_text(in->config, CONFIG_REMOVE),
		.append = append,
		.machine = in->facts->machine,
		.sys_vendor = vendor,
		.kernel_config = config,
	};

	/* vendor is "" where it cannot be read */
	(void)!root_read(in->root, vendor, sizeof(vendor),
			 "sys/class/dmi/id/sys_vendor");
	config_append(in->config, append);
	if (capture_cmdline_make(&words, out->cmdline, sizeof(out->cmdline)))
		refuse(out, "the capture kernel's command line is longer than "
			    "a kernel takes: remove= takes words out of it");
	out->running = words.running;
	out->has_zstd = config && strstr(config, "\nCONFIG_RD_ZSTD=y\n") &&
			resolve_has_program(in->root, "zstd");
	out->takes_keys =
		config && strstr(config, "\nCONFIG_CRASH_DM_CRYPT=y\n");
	free(config);
}

/* ---- programs and files ------------------------------------------------- */

/*
 * Refuse a collector of the configuration that is not installed: otherwise that
 * would show only after a crash.
 */
static void find_collector(const struct capture_image_input *in,
			   struct capture_image *out)
{
	const char *name = config_text(in->config, CONFIG_COLLECTOR);

	if (resolve_has_program(in->root, name))
		add_name(&out->programs, name);
	else if (!streq(name, "makedumpfile"))
		refuse(out, "the collector %s is not installed", name);
	else
		doubt(out, "makedumpfile is not installed: a dump will be a "
			   "plain copy of all memory, if the target has room");
}

static void add_stack_program(const struct root *root, const char *name,
			      struct capture_image *out)
{
	add_name(&out->programs, name);
	if (!resolve_has_program(root, name))
		refuse(out,
		       "%s, which puts the target together, is not "
		       "installed",
		       name);
}

static void find_programs(const struct capture_image_input *in,
			  struct capture_image *out)
{
	static const struct {
		enum storage_program flag;
		const char *name;
		const char *files[4];
	} programs[] = {
		{ STORAGE_MDADM,
		  "mdadm",
		  { "etc/mdadm.conf", "etc/mdadm/mdadm.conf" } },
		{ STORAGE_MDMON, "mdmon", { NULL } },
		{ STORAGE_LVM,
		  "lvm",
		  { "etc/lvm/lvm.conf", "etc/lvm/lvmlocal.conf",
		    "etc/lvm/devices/system.devices" } },
		{ STORAGE_CRYPTSETUP, "cryptsetup", { NULL } },
	};
	struct text rest = text_of(config_text(in->config, CONFIG_IMAGE_ADD));
	struct text word;
	char path[256];

	find_collector(in, out);
	for (size_t i = 0; i < ARRAY_SIZE(programs); i++) {
		if (!(out->storage.programs & programs[i].flag))
			continue;
		add_stack_program(in->root, programs[i].name, out);
		for (size_t j = 0; j < 4 && programs[i].files[j]; j++)
			add_file(in->root, &out->files, programs[i].files[j]);
	}
	while (text_word(&rest, &word)) {
		if (word.at[0] != '/' || word.len >= sizeof(path))
			continue;
		text_copy(word, path, sizeof(path));
		if (root_exists(in->root, "%s", path + 1))
			add_name(&out->files, path + 1);
		else
			refuse(out, "%s of image_add= is not there", path);
	}
}

/* The interpreter of a script with that first line: is it there? */
static bool has_interpreter(const struct root *root, const char *line,
			    char *name, size_t size)
{
	struct text rest = text_of(line), word;

	name[0] = '\0';
	if (!text_skip(&rest, "#!"))
		return true;
	if (text_word(&rest, &word))
		text_copy(word, name, size);
	return name[0] == '/' && root_exists(root, "%s", name + 1);
}

/* Why the kernel would not run that file. False: it would. */
static bool is_no_program(const struct root *root, const char *path, char *why,
			  size_t size)
{
	int fd = root_openat(root, O_RDONLY | O_NONBLOCK, "%s", path + 1);
	char line[256] = "", name[256];
	struct stat st = { 0 };

	why[0] = '\0';
	if (fd < 0 || fstat(fd, &st))
		snprintf(why, size, "it is not there");
	else if (!S_ISREG(st.st_mode))
		snprintf(why, size, "it is no file");
	else if (!(st.st_mode & 0111))
		snprintf(why, size, "it is not executable");
	else if (pread(fd, line, sizeof(line) - 1, 0) <= 0)
		snprintf(why, size, "it is empty, or cannot be read");
	line[strcspn(line, "\n")] = '\0';
	if (!why[0] && !has_interpreter(root, line, name, sizeof(name)))
		snprintf(why, size, "its interpreter %.100s is not there",
			 name);
	if (fd >= 0)
		close(fd);
	return why[0];
}

/* What is no program is left out, with a doubt: it costs no image. */
static void add_hook(const struct capture_image_input *in, enum config_key key,
		     char *to, size_t size, struct capture_image *out)
{
	const char *command = config_text(in->config, key);
	struct text rest = text_of(command), word;
	char path[256], why[160];

	if (!text_word(&rest, &word))
		return;
	text_copy(word, path, sizeof(path));
	if (path[0] != '/' || word.len >= sizeof(path) ||
	    strlen(command) >= HOOK_MAX)
		doubt(out,
		      "%s = %s: that is not a path and arguments of at most %d "
		      "bytes: captures run nothing",
		      config_name(key), path, HOOK_MAX - 1);
	else if (is_no_program(in->root, path, why, sizeof(why)))
		doubt(out, "%s = %s: %s: captures run nothing",
		      config_name(key), path, why);
	else {
		snprintf(to, size, "%s", command);
		add_name(&out->files, path + 1);
	}
}

static void find_hooks(const struct capture_image_input *in,
		       struct capture_image *out)
{
	add_hook(in, CONFIG_PRE, out->pre, sizeof(out->pre), out);
	add_hook(in, CONFIG_POST, out->post, sizeof(out->post), out);
}

/* ---- all of it ---------------------------------------------------------- */

/* The host name, which a dump's folder begins with. */
static void find_host_name(const struct root *root, char *out, size_t size)
{
	char name[256];
	struct utsname uts;
	size_t len = 0;

	if (root_read(root, name, sizeof(name), "proc/sys/kernel/hostname") <=
	    0) {
		name[0] = '\0';
		if (root->is_live && !uname(&uts))
			snprintf(name, sizeof(name), "%s", uts.nodename);
	}
	for (const char *at = name; *at && len < size - 1; at++)
		if ((*at >= '0' && *at <= '9') || (*at >= 'a' && *at <= 'z') ||
		    (*at >= 'A' && *at <= 'Z') || strchr("._-", *at))
			out[len++] = *at;
	out[len] = '\0';
	if (!len)
		snprintf(out, size, "localhost");
}

static void find_kernel(const struct capture_image_input *in,
			struct capture_image *out)
{
	const char *release = in->release ? in->release : in->facts->release;

	snprintf(out->release, sizeof(out->release), "%.64s", release);
	out->is_running = streq(out->release, in->facts->release);
	snprintf(out->image, sizeof(out->image),
		 "var/lib/kdump-dma/initrd-%s.img", out->release);
	if (!out->release[0])
		refuse(out, "the running kernel's release is not known");
	else if (!kernel_file_find(in->root, out->release, out->kernel,
				   sizeof(out->kernel)))
		refuse(out,
		       "no kernel image for %s in /boot, /efi or "
		       "/usr/lib/modules",
		       out->release);
}

static const char *why_not_loaded(const struct capture_image_input *in)
{
	struct load_facts load;
	const struct kexec_facts *kexec = &in->facts->kexec;
	const char *why;

	loadable_collect(in->root, in->facts, &load);
	why = loadable_text(loadable_check(&load, in->facts));
	if (!why && !kexec->have_crash_bytes)
		why = "this kernel cannot load a capture kernel "
		      "(CONFIG_CRASH_DUMP)";
	if (!why && !kexec->crash_bytes)
		why = "no memory is reserved for a capture kernel: put "
		      "crashkernel= on the kernel command line (\"kdump-dma "
		      "plan\" says how much) and reboot";
	return why;
}

void capture_image_make(const struct capture_image_input *in,
			struct capture_image *out)
{
	memset(out, 0, sizeof(*out));
	storage_init(&out->storage);
	find_kernel(in, out);
	out->cannot_load = why_not_loaded(in);
	out->lacks_text =
		kernel_text_missing(in->root, in->facts->machine, &out->text);
	make_cmdline(in, out);
	find_host_name(in->root, out->host, sizeof(out->host));
	machine_id_hash(in->root, out->machine);
	target_find(in->root, in->config, &out->target);
	out->limits =
		capture_limits_of(config_number(in->config, CONFIG_TIME_LIMIT),
				  !out->target.is_none);
	if (out->target.why[0]) {
		refuse(out, "%s", out->target.why);
		return;
	}
	if (!out->target.is_none)
		find_storage(in->root, out);
	find_openers(in->root, out);
	find_remote(in, out);
	find_modules(in, out);
	find_programs(in, out);
	find_hooks(in, out);
}

void capture_image_free(struct capture_image *image)
{
	modules_free(&image->modules);
}
