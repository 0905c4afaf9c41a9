// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/commands.h"

#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/prctl.h>

#include "apply/stop.h"
#include "host/keyring.h"
#include "host/mounts.h"
#include "lib/macros.h"
#include "peers/run.h"
#include "state/lock.h"

#define SECONDS_LIMIT 300

/*
 * kdump-dma-apply.service may not load an image, and is shut off from the
 * network, which a backend may have to reach: systemd runs the command outside
 * of it.
 */
int commands_reload(const struct backend *backend, unsigned int seconds)
{
	static const char *const outside[] = {
		"systemd-run",
		"--quiet",
		"--collect",
		"--unit=kdump-dma-reload",
		"--service-type=oneshot",
		"--property=TimeoutStartSec=15min",
		"--property=KeyringMode=shared",
	};
	const char *argv[ARRAY_SIZE(outside) + BACKEND_RELOAD_WORDS];

	if (prctl(PR_CAPBSET_READ, CAP_SYS_BOOT, 0, 0, 0) != 0) {
		keyring_join();
		return run_or_say(backend->reload, seconds);
	}
	memcpy(argv, outside, sizeof(outside));
	memcpy(argv + ARRAY_SIZE(outside), backend->reload,
	       sizeof(backend->reload));
	return run_or_say(argv, seconds);
}

static int reload(const struct commands_input *input)
{
	const struct backend *backend = input->host->backend;

	/*
	 * The backend's program waits for its lock without limit. If the lock
	 * is held, the program is at work and may have called us.
	 */
	if (backend->lock && lock_is_held(input->root, backend->lock)) {
		fprintf(stderr,
			"kdump-dma: %s is running: run \"kdump-dma apply\" "
			"again when it is done\n",
			backend->name);
		return -EBUSY;
	}
	return commands_reload(backend, SECONDS_LIMIT);
}

/* With nofail it may be missing. What is in its place is never read. */
static int look_for(const struct root *root, const char *partition)
{
	if (!mounts_lack(root, partition))
		return 0;
	fprintf(stderr,
		"kdump-dma: %s is in /etc/fstab, and is not mounted: mount it "
		"and run this again\n",
		partition);
	return -ENODEV;
}

int commands_look_for_boot(const struct root *root,
			   const struct bootloader *bootloader)
{
	int err = look_for(root, "/boot");

	for (size_t i = 0; !err && i < ARRAY_SIZE(bootloader->partitions) &&
			   bootloader->partitions[i];
	     i++)
		err = look_for(root, bootloader->partitions[i]);
	return err;
}

static int run_one(const struct commands_input *input, uint64_t command)
{
	int err;

	if (command == PENDING_RELOAD)
		return reload(input);
	if (!input->host->bootloader->commit)
		return -ENOTSUP;
	err = commands_look_for_boot(input->root, input->host->bootloader);
	if (err)
		return err;
	return input->host->bootloader->commit(input->root, input->crashkernel,
					       input->is_unfinished);
}

/* The boot loader comes first: it must not wait for a slow reload. */
static const uint64_t order[] = { PENDING_BOOTLOADER, PENDING_RELOAD };

static void describe(FILE *to, const char *prefix,
		     const struct commands_input *input, uint64_t command)
{
	fputs(prefix, to);
	if (command == PENDING_BOOTLOADER)
		fputs(input->host->bootloader->command
			      ? input->host->bootloader->command
			      : input->host->bootloader->name,
		      to);
	else
		for (const char *const *at = input->host->backend->reload; *at;
		     at++)
			fprintf(to, "%s%s",
				at == input->host->backend->reload ? "" : " ",
				*at);
	putc('\n', to);
}

void commands_describe(FILE *to, const char *prefix,
		       const struct commands_input *input, uint64_t pending)
{
	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		if (pending & order[i])
			describe(to, prefix, input, order[i]);
}

int commands_run(const struct commands_input *input, uint64_t *pending)
{
	int first = 0;

	for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
		int err = 0;

		if (!(*pending & order[i]))
			continue;
		/* A machine that shuts down needs no reload of the image. */
		if (stop_asked() && order[i] == PENDING_RELOAD) {
			describe(stderr,
				 "kdump-dma: told to stop: not run: ", input,
				 order[i]);
			first = first < 0 ? first : -EINTR;
			continue;
		}
		if (input->root->is_live && !input->no_commands)
			err = run_one(input, order[i]);
		else
			describe(stdout, "not run: ", input, order[i]);
		if (err >= 0)
			*pending &= ~order[i];
		if (err && first >= 0)
			first = err;
	}
	return first;
}
