// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/commands.h"

#include <errno.h>
#include <string.h>

#include "host/backend.h"
#include "apply/grubby.h"
#include "state/lock.h"
#include "apply/ostree.h"
#include "host/run.h"

#define SECONDS_LIMIT 300

static const char *const update_grub[] = { "update-grub", NULL };
static const char *const kdumptool[] = { "kdumptool", "commandline", "-U",
					 NULL };

/*
 * kdumpctl: restart builds the image anew if kdump.conf is younger, which
 * apply may just have changed; killed in the middle of that it leaves nothing
 * loaded. reload takes the image that is there; nothing in it depends on the
 * option that apply sets.
 */
static const char *const *reload_of(enum config_backend backend)
{
	static const char *const kdumpctl[] = { "kdumpctl", "reload", NULL };
	static const char *const kdump_tools[] = { "kdump-config", "reload",
						   NULL };
	static const char *const suse[] = { "systemctl", "try-restart",
					    "kdump.service", NULL };
	static const char *const native[] = { "/usr/lib/kdump-dma/native",
					      "load", NULL };

	switch (backend) {
	case CONFIG_BACKEND_KDUMPCTL:
		return kdumpctl;
	case CONFIG_BACKEND_KDUMP_TOOLS:
		return kdump_tools;
	case CONFIG_BACKEND_SUSE:
		return suse;
	default:
		return native;
	}
}

static int run_or_say(const char *const argv[])
{
	int status = run(argv, SECONDS_LIMIT);

	return status ? run_failed(argv[0], status) : 0;
}

struct installing {
	const struct root *root;
	int err;
	unsigned int count;
};

static void install_one(void *arg, const char *release)
{
	struct installing *installing = arg;
	char path[192], kernel[200];
	const char *argv[] = { "kernel-install", "add", release, kernel, NULL };
	int err;

	/* A folder that modules of a kernel that is gone left. */
	if (!backend_find_kernel(installing->root, release, path, sizeof(path)))
		return;
	snprintf(kernel, sizeof(kernel), "/%s", path);
	installing->count++;
	err = run_or_say(argv);
	if (err && !installing->err)
		installing->err = err;
}

/* Each kernel has an entry of its own; any may be the next to boot. */
static int kernel_install(const struct commands_input *input)
{
	struct installing installing = { .root = input->root };
	int err = root_list(input->root, install_one, &installing,
			    "usr/lib/modules");

	if (err) {
		fprintf(stderr, "kdump-dma: /usr/lib/modules: %s\n",
			strerror(-err));
		return err;
	}
	if (installing.count == 0) {
		fputs("kdump-dma: no kernel was found for kernel-install\n",
		      stderr);
		return -ENOENT;
	}
	return installing.err;
}

static int reload(const struct commands_input *input)
{
	/*
	 * kdumpctl waits for its lock for ever. If it is held, then kdumpctl
	 * is at work, and it may be what called us.
	 */
	if (input->host->backend == CONFIG_BACKEND_KDUMPCTL &&
	    lock_is_held(input->root, "run/lock/kdump")) {
		fputs("kdump-dma: kdumpctl is running: run \"kdump-dma apply\" "
		      "again when it is done\n",
		      stderr);
		return -EBUSY;
	}
	return run_or_say(reload_of(input->host->backend));
}

static int run_one(const struct commands_input *input, uint64_t command)
{
	switch (command) {
	case COMMAND_UPDATE_GRUB:
		return run_or_say(update_grub);
	case COMMAND_KDUMPTOOL:
		return run_or_say(kdumptool);
	case COMMAND_GRUBBY:
		return grubby_set(input->root, input->crashkernel,
				  input->is_rest);
	case COMMAND_OSTREE:
		return ostree_set(input->root, input->crashkernel,
				  input->is_rest);
	case COMMAND_KERNEL_INSTALL:
		return kernel_install(input);
	case COMMAND_RELOAD:
		return reload(input);
	default:
		return 0;
	}
}

/* The boot loader first: what it writes must not wait for a slow reload. */
static const uint64_t order[] = {
	COMMAND_UPDATE_GRUB,	COMMAND_GRUBBY,	   COMMAND_OSTREE,
	COMMAND_KERNEL_INSTALL, COMMAND_KDUMPTOOL, COMMAND_RELOAD,
};

static const char *describe(const struct commands_input *input,
			    uint64_t command)
{
	switch (command) {
	case COMMAND_UPDATE_GRUB:
		return "update-grub";
	case COMMAND_KDUMPTOOL:
		return "kdumptool commandline -U";
	case COMMAND_GRUBBY:
		return "grubby --update-kernel";
	case COMMAND_OSTREE:
		return "rpm-ostree kargs";
	case COMMAND_KERNEL_INSTALL:
		return "kernel-install add";
	default:
		switch (input->host->backend) {
		case CONFIG_BACKEND_KDUMPCTL:
			return "kdumpctl reload";
		case CONFIG_BACKEND_KDUMP_TOOLS:
			return "kdump-config reload";
		case CONFIG_BACKEND_SUSE:
			return "systemctl try-restart kdump.service";
		default:
			return "/usr/lib/kdump-dma/native load";
		}
	}
}

void commands_describe(FILE *to, const char *prefix,
		       const struct commands_input *input, uint64_t commands)
{
	for (size_t i = 0; i < sizeof(order) / sizeof(*order); i++)
		if (commands & order[i])
			fprintf(to, "%s%s\n", prefix,
				describe(input, order[i]));
}

int commands_run(const struct commands_input *input, uint64_t *commands)
{
	int first = 0;

	for (size_t i = 0; i < sizeof(order) / sizeof(*order); i++) {
		int err = 0;

		if (!(*commands & order[i]))
			continue;
		if (input->root->is_live && !input->no_commands)
			err = run_one(input, order[i]);
		else
			printf("not run: %s\n", describe(input, order[i]));
		if (!err)
			*commands &= ~order[i];
		else if (!first)
			first = err;
	}
	return first;
}
