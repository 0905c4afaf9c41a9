// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kdump-dma unlock: a key slot of our own on each encrypted disk that the
 * native backend's target lies on, whose key is put into the capture image. Key
 * and image lie on encrypted disks only.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "apply/commands.h"
#include "apply/keyslot.h"
#include "host/encrypted.h"
#include "lib/macros.h"
#include "peers/backend.h"
#include "plan/capture_image.h"
#include "state/file.h"
#include "state/state.h"
#include "state/trouble.h"
#include "state/unlock.h"
#include "verbs/gather.h"
#include "verbs/verbs.h"

#define PATH_BYTES     512
#define RELOAD_LIMIT_S 900

struct unlocking {
	const struct root *root;
	const char *dir; /* --root, "" for "/" */
	struct capture_image image;
	struct unlock unlock;
	bool has_changed;
	bool has_failed; /* an image with keys in it is left */
};

/* One LUKS device: what it is on, and where cryptsetup finds it and its key. */
struct device {
	char uuid[UNLOCK_UUID_MAX];
	char node[PATH_BYTES];
	char key[PATH_BYTES];
	char key_below[UNLOCK_PATH_MAX]; /* the same, below the root */
	struct luks_header header;
};

static int complain(const struct device *device, const char *what, int err)
{
	fprintf(stderr, "kdump-dma: unlock: %s: %s%s%s\n", device->node, what,
		err < 0 ? ": " : "", err < 0 ? strerror(-err) : "");
	return err < 0 ? err : -EINVAL;
}

static int look_at_header(struct device *device)
{
	int err = luks_header_read(device->node, &device->header);

	if (err == -ENOENT)
		return complain(device, "cryptsetup is not installed", 0);
	if (err)
		return complain(device, "its LUKS header cannot be read", err);
	return 0;
}

static void name_device(const struct unlocking *all, const char *uuid,
			const char *node, struct device *out)
{
	memset(out, 0, sizeof(*out));
	snprintf(out->uuid, sizeof(out->uuid), "%s", uuid);
	snprintf(out->node, sizeof(out->node), "%s/dev/%s", all->dir, node);
	unlock_key_path(uuid, out->key_below);
	snprintf(out->key, sizeof(out->key), "%s/%s", all->dir, out->key_below);
}

static bool is_used(const struct device *device, uint64_t slot)
{
	return slot < 64 && device->header.used >> slot & 1;
}

/* 1 or 0; -errno, after a message, where that could not be found out. */
static int is_ours(const struct unlocking *all, const struct device *device,
		   uint64_t slot)
{
	int key = root_openat(all->root, O_PATH, "%s", device->key_below);
	int ours = key == -ENOENT ? 0 : key;

	if (key >= 0) {
		close(key);
		ours = !is_used(device, slot)
			       ? 0
			       : keyslot_opens(device->node, device->key,
					       (unsigned int)slot);
	}
	if (ours < 0)
		complain(device,
			 "whether our key still opens it could not be tried",
			 ours);
	return ours;
}

/*
 * Where the notes do not know the device: its key may be that of any slot. 1:
 * of *slot; 0: of none; -errno, after a message.
 */
static int find_ours(const struct unlocking *all, const struct device *device,
		     uint64_t *slot)
{
	int token_slot = device->header.token_slot, ours = 0;

	if (token_slot >= 0) {
		*slot = (uint64_t)token_slot;
		ours = is_ours(all, device, *slot);
	}
	for (uint64_t i = 0; !ours && i < device->header.slots; i++) {
		*slot = i;
		ours = is_ours(all, device, i);
	}
	return ours;
}

static int store(struct unlocking *all, const struct device *device,
		 uint64_t slot, bool is_ready)
{
	struct unlock_slot new = { .slot = slot, .is_ready = is_ready };
	int err;

	strcpy(new.uuid, device->uuid);
	snprintf(new.cipher, sizeof(new.cipher), "%s", device->header.cipher);
	err = unlock_set(&all->unlock, &new);
	return err ? err : unlock_store(all->root, &all->unlock);
}

static int forget(struct unlocking *all, const struct device *device)
{
	int err = file_remove(all->root, device->key_below);

	unlock_forget(&all->unlock, device->uuid);
	return err ? err : unlock_store(all->root, &all->unlock);
}

static void print_key(FILE *to, const void *arg)
{
	fwrite(arg, 1, UNLOCK_KEY_BYTES, to);
}

static int write_key(struct unlocking *all, const struct device *device)
{
	unsigned char key[UNLOCK_KEY_BYTES];
	int err;

	if (getrandom(key, sizeof(key), 0) != sizeof(key))
		return -EIO;
	err = state_write(all->root, HISTORY_DIR,
			  strrchr(device->key_below, '/') + 1, print_key, key);
	explicit_bzero(key, sizeof(key));
	return err;
}

static int take_in(struct unlocking *all, const struct device *device,
		   uint64_t slot)
{
	int err = store(all, device, slot, true);

	if (err)
		return complain(device, "its key slot cannot be noted", err);
	/* its header says so to whoever looks for what the slot is */
	if (device->header.version == 2 &&
	    device->header.token_slot != (int)slot &&
	    keyslot_mark(device->node, (unsigned int)slot))
		fprintf(stderr,
			"kdump-dma: unlock: %s: its header does not name the "
			"slot as ours\n",
			device->node);
	all->has_changed = true;
	printf("%s: key slot %" PRIu64 " (LUKS%u) opens it after a crash, with "
	       "the key %s\n",
	       device->node, slot, device->header.version, device->key);
	return 0;
}

/*
 * What the header says now counts, not what cryptsetup returned: it may have
 * been killed when the slot was on the disk. Where nobody can tell, key and
 * note stay for the next run.
 */
static int end_adding(struct unlocking *all, struct device *device,
		      unsigned int slot, int err)
{
	int ours = look_at_header(device);

	if (!ours)
		ours = is_ours(all, device, slot);
	if (ours > 0)
		return take_in(all, device, slot);
	if (ours < 0)
		return ours;
	if (!err)
		err = complain(device, "the new key slot does not open it", 0);
	if (forget(all, device))
		complain(device, "its new key cannot be removed", 0);
	return err;
}

static int add_slot(struct unlocking *all, struct device *device)
{
	unsigned int slot = 0;
	int err;

	while (slot < device->header.slots && is_used(device, slot))
		slot++;
	if (slot == device->header.slots)
		return complain(device,
				"all of its key slots are taken: free one "
				"(cryptsetup luksDump, luksKillSlot)",
				0);
	err = write_key(all, device);
	if (!err)
		err = store(all, device, slot, false);
	if (err) {
		(void)!forget(all, device);
		return complain(device, "a key cannot be kept", err);
	}
	printf("%s: a key slot is added: cryptsetup asks for a passphrase of "
	       "the device\n",
	       device->node);
	fflush(stdout);
	return end_adding(all, device, slot,
			  keyslot_add(device->node, device->key, slot));
}

/* A slot whose key is gone is of no use to anybody. */
static void say_orphan(const struct device *device)
{
	int slot = device->header.token_slot;

	if (slot < 0 || !is_used(device, (uint64_t)slot))
		return;
	fprintf(stderr,
		"kdump-dma: unlock: %s: key slot %d was added by an "
		"earlier run, whose key is gone: \"cryptsetup "
		"luksKillSlot %s %d\" frees it\n",
		device->node, slot, device->node, slot);
}

/* Ours from an earlier run, also from one that was cut, is kept. */
static int unlock_one(struct unlocking *all, struct device *device)
{
	const struct unlock_slot *slot =
		unlock_find(&all->unlock, device->uuid);
	int ours, err = look_at_header(device);
	uint64_t found;

	if (err)
		return err;
	if (device->header.is_changing)
		return complain(device,
				"it is being encrypted anew: try again when "
				"that has ended",
				0);
	if (slot) {
		found = slot->slot;
		ours = is_ours(all, device, found);
	} else {
		ours = find_ours(all, device, &found);
	}
	if (ours < 0)
		return ours;
	if (!ours) {
		say_orphan(device);
		return add_slot(all, device);
	}
	if (!slot || !slot->is_ready ||
	    !streq(slot->cipher, device->header.cipher))
		return take_in(all, device, found);
	printf("%s: key slot %" PRIu64 " opens it already\n", device->node,
	       found);
	return 0;
}

/* Then a key slot of ours would be one more way to open it, and of no use. */
static bool is_handed(const struct unlocking *all, const struct device *device)
{
	const struct capture_key *key =
		capture_keys_of(&all->image.keys, device->uuid);

	if (key)
		printf("%s: the kernel hands its key %s to captures: nothing "
		       "to unlock\n",
		       device->node, key->key);
	return key;
}

static bool are_handed(const struct unlocking *all)
{
	return all->image.keys.count == all->image.storage.luks_count;
}

static enum status unlock_all(struct unlocking *all)
{
	const struct target *target = &all->image.target;
	const struct storage *storage = &all->image.storage;
	enum status status = STATUS_OK;
	struct device device;
	int err;

	if (target->is_none) {
		puts("dumps go to another machine only: nothing to unlock");
		return STATUS_OK;
	}
	if (target->why[0] || storage->why[0]) {
		fprintf(stderr, "kdump-dma: unlock: %s\n",
			target->why[0] ? target->why : storage->why);
		return STATUS_ERROR;
	}
	if (!storage->luks_count) {
		printf("the target %s lies on no encrypted disk: nothing to "
		       "unlock\n",
		       target->device);
		return STATUS_OK;
	}
	if (!are_handed(all) && !encrypted_folder(all->root, "/" HISTORY_DIR)) {
		fputs("kdump-dma: unlock: /" HISTORY_DIR ", which would hold "
		      "key and image, does not lie on an encrypted disk: "
		      "nothing was changed\n",
		      stderr);
		return STATUS_ERROR;
	}
	for (size_t i = 0; i < storage->luks_count; i++) {
		const struct storage_luks *luks = &storage->luks[i];

		name_device(all, luks->uuid, luks->node, &device);
		if (is_handed(all, &device))
			err = 0;
		else if (!unlock_uuid_is_sane(luks->uuid))
			err = complain(&device,
				       "its UUID is not made of hexadecimal "
				       "digits and dashes, so no key can be "
				       "kept for it: set another target in "
				       "/etc/kdump-dma.conf",
				       0);
		else
			err = unlock_one(all, &device);
		if (err)
			status = STATUS_ERROR;
	}
	return status;
}

/* The one that the target lies on, for a copy of a disk has the same UUID. */
static int find_device(const struct unlocking *all,
		       const struct unlock_slot *slot, struct device *out)
{
	const struct storage *storage = &all->image.storage;
	char tag[UNLOCK_UUID_MAX + 8];
	struct block block;
	int err;

	for (size_t i = 0; i < storage->luks_count; i++)
		if (streq(storage->luks[i].uuid, slot->uuid)) {
			name_device(all, slot->uuid, storage->luks[i].node,
				    out);
			return 0;
		}
	snprintf(tag, sizeof(tag), "UUID=%s", slot->uuid);
	err = block_by_tag(all->root, tag, &block);
	if (!err)
		name_device(all, slot->uuid, block.name, out);
	else if (err == -EEXIST)
		fprintf(stderr,
			"kdump-dma: unlock: several devices have the UUID %s: "
			"the key slot %" PRIu64 " stays until this is run with "
			"only one of them\n",
			slot->uuid, slot->slot);
	else
		fprintf(stderr,
			"kdump-dma: unlock: the LUKS device %s is not there: "
			"its key slot %" PRIu64 " stays until this is run "
			"with it\n",
			slot->uuid, slot->slot);
	return err;
}

static int remove_one(struct unlocking *all, const struct unlock_slot *slot)
{
	struct device device;
	int ours, err = find_device(all, slot, &device);

	if (err)
		return err;
	err = look_at_header(&device);
	ours = err ? err : is_ours(all, &device, slot->slot);
	if (ours < 0)
		return ours;
	if (!ours)
		printf("%s: key slot %" PRIu64 " is not ours any more: it is "
		       "left as it is\n",
		       device.node, slot->slot);
	else if (device.header.used == UINT64_C(1) << slot->slot)
		return complain(&device,
				"it has no other key slot: without ours nobody "
				"could open it again",
				0);
	else
		err = keyslot_remove(device.node, (unsigned int)slot->slot,
				     &device.header);
	if (!err)
		err = forget(all, &device);
	if (!err)
		printf("%s: captures cannot open it any more\n", device.node);
	return err;
}

static void remove_image(void *arg, const char *name)
{
	struct unlocking *all = arg;
	char path[PATH_BYTES];

	if (strncmp(name, "initrd-", 7) ||
	    snprintf(path, sizeof(path), HISTORY_DIR "/%s", name) >=
		    (int)sizeof(path))
		return;
	all->has_changed = true;
	if (!file_remove(all->root, path))
		return;
	fprintf(stderr,
		"kdump-dma: unlock: /%s, which has the keys in it, cannot be "
		"removed\n",
		path);
	all->has_failed = true;
}

static enum status remove_all(struct unlocking *all)
{
	const struct unlock was = all->unlock;
	enum status status = STATUS_OK;

	if (!was.count)
		puts("no disk has a key slot of ours");
	for (size_t i = 0; i < was.count; i++)
		if (remove_one(all, &was.item[i]))
			status = STATUS_ERROR;
	/* they have the keys in them; what can be built is built anew */
	if (was.count && status == STATUS_OK)
		(void)!root_list(all->root, remove_image, all, HISTORY_DIR);
	return all->has_failed ? STATUS_ERROR : status;
}

/* For the load at each boot: somebody may have removed the slot since. */
static enum status check_all(struct unlocking *all)
{
	const struct storage *storage = &all->image.storage;
	enum status status = STATUS_OK;
	struct device device;
	int ours;

	for (size_t i = 0; i < storage->luks_count; i++) {
		const struct unlock_slot *slot =
			unlock_find(&all->unlock, storage->luks[i].uuid);

		if (capture_keys_of(&all->image.keys, storage->luks[i].uuid))
			continue; /* the load showed it */
		name_device(all, storage->luks[i].uuid, storage->luks[i].node,
			    &device);
		ours = look_at_header(&device);
		if (!ours && slot && slot->is_ready)
			ours = is_ours(all, &device, slot->slot);
		if (ours > 0)
			continue;
		if (ours < 0) {
			status = status ? status : STATUS_ERROR;
			continue;
		}
		printf("%s cannot be opened after a crash: our key slot is not "
		       "on it (any more): run \"kdump-dma unlock\"\n",
		       device.node);
		status = STATUS_NOT_ARMED;
	}
	return status;
}

/* Others have their own ways to open an encrypted disk, or none. */
static bool is_native(const struct gathered *in)
{
	if (in->host.backend == &backend_native)
		return true;
	fprintf(stderr,
		"kdump-dma: unlock: %s saves this system's dumps, and brings "
		"what it needs for encrypted disks itself: nothing was "
		"changed\n",
		in->host.backend->name);
	return false;
}

static int work(struct gathered *in, const struct options *options)
{
	static struct unlocking all;
	const struct capture_image_input wanted = { &in->root, &in->config,
						    &in->facts, NULL };
	enum status status = STATUS_OK;
	bool can_build;

	all.root = &in->root;
	all.dir = in->root.is_live ? "" : options->dir;
	/* A path that is cut would be another device's. */
	if (strlen(all.dir) + UNLOCK_PATH_MAX >= PATH_BYTES) {
		fprintf(stderr, "kdump-dma: unlock: %s: %s\n", all.dir,
			strerror(ENAMETOOLONG));
		return STATUS_ERROR;
	}
	unlock_load(&in->root, &all.unlock);
	/* Without the notes a key of ours would be taken for nobody's. */
	if (trouble_seen()) {
		fputs("kdump-dma: unlock: nothing was changed\n", stderr);
		return STATUS_ERROR;
	}
	if (!options->remove && !is_native(in))
		return STATUS_ERROR;
	capture_image_make(&wanted, &all.image);
	if (options->remove) {
		status = remove_all(&all);
		/* without the slots it is another one */
		capture_image_free(&all.image);
		capture_image_make(&wanted, &all.image);
	} else {
		status = options->check ? check_all(&all) : unlock_all(&all);
	}
	/* While a package is removed nothing is loaded: all was reverted. */
	can_build = in->host.backend == &backend_native &&
		    !in->config_refused &&
		    (!options->remove ||
		     (!all.image.why[0] && !state_is_reverted(&in->root)));
	capture_image_free(&all.image);
	fflush(stdout);
	/* the key has to be in the image that is loaded, or not in it */
	if (status != STATUS_OK || !all.has_changed || !in->root.is_live ||
	    !can_build || !in->facts.kexec.crash_bytes)
		return status;
	if (commands_reload(in->host.backend, RELOAD_LIMIT_S))
		return STATUS_ERROR;
	gather_measure(in);
	return STATUS_OK;
}

/* A slot has to be taken away without the configuration, too. */
int verb_unlock(const struct options *options)
{
	return gather_and(options,
			  options->check    ? GATHER_TO_READ_ANYWAY
			  : options->remove ? GATHER_ANYWAY
					    : GATHER_TO_WRITE,
			  work);
}
