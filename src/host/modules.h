/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernel modules by name, in the order in which they are loaded: what depmod(8)
 * wrote below lib/modules/RELEASE, and modprobe.d(5).
 */
#ifndef MODULES_H
#define MODULES_H

#include <stdbool.h>

#include "lib/root.h"

#define MODULES_MAX	   128
#define MODULE_NAME_MAX	   56 /* MODULE_NAME_LEN of the kernel */
#define MODULE_PATH_MAX	   200
#define MODULE_OPTIONS_MAX 400

struct module {
	char name[MODULE_NAME_MAX];
	char path[MODULE_PATH_MAX]; /* below lib/modules/RELEASE */
	char options[MODULE_OPTIONS_MAX];
};

struct modules {
	struct module item[MODULES_MAX];
	size_t count;
	/* a wanted one that is neither there nor built in; "" if none */
	char missing[MODULE_NAME_MAX];
	/* texts of depmod and modprobe.d; owned, freed by modules_free() */
	char *dep, *softdep, *alias, *builtin, *conf, *loaded;
};

/*
 * The kernel's name of what depmod calls by its file: kernel/a/x-y.ko.xz is
 * x_y.
 */
void modules_name(struct text path, char *out, size_t size);

/*
 * Read what depmod knows of a release. cmdline: its MODULE.OPTION=VALUE words
 * are options, too, as modprobe(8) has it. is_running: a soft dependency that
 * is not loaded now is not needed. 0 or -errno; modules_free() is right in both
 * cases.
 */
int modules_open(const struct root *root, const char *release,
		 const char *cmdline, bool is_running, struct modules *out);
void modules_free(struct modules *modules);

/*
 * Append a module after what it depends on. One that is built in needs nothing.
 * One that is not there is noted in missing. -E2BIG: more than MODULES_MAX.
 */
int modules_add(struct modules *modules, const char *name);
/* The same, for the module of a file system's type. */
int modules_add_fstype(struct modules *modules, const char *fstype);
/*
 * The same, for dm-crypt and a cipher in its words (aes-xts-plain64): modules
 * of its parts that are loaded now, or where that is not known, all there are.
 */
int modules_add_cipher(struct modules *modules, const char *cipher);
/*
 * The same, for loaded modules of drivers/md: what RAIDs and volumes are made
 * of now. No file says which of them a device needs.
 */
int modules_add_md(struct modules *modules);

#endif
