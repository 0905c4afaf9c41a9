// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/keyslot.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "peers/run.h"

/* Trying a key takes no more than a second; a disk may be busy. */
#define SECONDS_LIMIT 60

#define WRONG_KEY 2 /* cryptsetup(8)'s exit status, and no other failure's */

static void number(unsigned int slot, char out[static 12])
{
	snprintf(out, 12, "%u", slot);
}

int keyslot_add(const char *device, const char *key, unsigned int slot)
{
	char text[12];
	const char *argv[] = { "cryptsetup",
			       "luksAddKey",
			       "--pbkdf",
			       "pbkdf2",
			       "--pbkdf-force-iterations",
			       "1000",
			       "--key-slot",
			       text,
			       device,
			       key,
			       NULL };
	int status;

	number(slot, text);
	status = run_attended(argv);
	return status ? run_failed("cryptsetup luksAddKey", status) : 0;
}

int keyslot_opens(const char *device, const char *key, unsigned int slot)
{
	char text[12], said[512];
	const char *argv[] = { "cryptsetup", "open", "--test-passphrase",
			       "--key-file", key,    "--key-slot",
			       text,	     device, NULL };

	int status;

	number(slot, text);
	status = run_try(argv, SECONDS_LIMIT, said, sizeof(said));
	if (status == WRONG_KEY)
		return 0;
	return status > 0 ? -EIO : !status ? 1 : status;
}

int keyslot_mark(const char *device, unsigned int slot)
{
	const char *argv[] = { "cryptsetup", "token", "import", device, NULL };
	int fd = memfd_create("kdump-dma-token", MFD_CLOEXEC), status;

	if (fd < 0)
		return -errno;
	dprintf(fd, "{\"type\":\"" LUKS_TOKEN "\",\"keyslots\":[\"%u\"]}\n",
		slot);
	if (lseek(fd, 0, SEEK_SET) < 0)
		status = -errno;
	else
		status = run_between(argv, SECONDS_LIMIT, fd, 2);
	close(fd);
	return status > 0 ? -EIO : status;
}

static int remove_token(const char *device, int token)
{
	char text[12];
	const char *argv[] = { "cryptsetup", "token", "remove", "--token-id",
			       text,	     device,  NULL };

	number((unsigned int)token, text);
	return run_or_say(argv, SECONDS_LIMIT);
}

int keyslot_remove(const char *device, unsigned int slot,
		   const struct luks_header *header)
{
	char text[12];
	const char *argv[] = { "cryptsetup", "luksKillSlot", "--batch-mode",
			       device,	     text,	     NULL };
	int err;

	number(slot, text);
	err = run_or_say(argv, SECONDS_LIMIT);
	if (!err && header->token >= 0 && header->token_slot == (int)slot)
		err = remove_token(device, header->token);
	return err;
}
