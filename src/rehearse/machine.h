/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machine that QEMU plays: its processor, its disk and how it is run. */
#ifndef MACHINE_H
#define MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/lines.h"

/* How the scratch disk is attached: by the bus of the real one. */
struct machine_bus {
	const char *driver;	/* the module that drives it */
	const char *name;	/* for people */
	const char *devices[3]; /* of QEMU; the disk is its drive "scratch" */
	/* modules beside driver that this machine needs, in loading order */
	const char *modules[5];
};

/* The bus that has this driver. NULL: QEMU does not play it. */
const struct machine_bus *machine_bus_of(const char *driver);
/* Each of them, the commonest first. NULL: there are no more. */
const struct machine_bus *machine_bus_at(size_t index);
/* The one that stands in for those that QEMU does not play. */
const struct machine_bus *machine_bus_default(void);

struct machine {
	const struct machine_bus *bus;
	int kernel_fd, initrd_fd;
	int disk_fd; /* -1: none */
	int tell_fd; /* what the second serial line says; -1: nothing */
	uint64_t ram_mib;
	const char *append; /* the kernel's command line */
	unsigned int seconds_limit;
};

/* Is there a QEMU for this architecture (uname -m)? */
bool machine_is_there(const char *arch);

/* Why the machine cannot boot this file: a clause; NULL if it can. */
const char *machine_refuses(int kernel_fd);

/*
 * Run it until it resets or powers off; each line of its console goes to fn. It
 * runs with low priority, and never longer than we do. 0; -ETIMEDOUT after
 * seconds_limit; -EINTR if somebody ended QEMU, which no machine did then; -EIO
 * if QEMU itself failed; another -errno. why then has QEMU's last words.
 */
int machine_run(const struct machine *machine, line_fn fn, void *arg, char *why,
		size_t size);

#endif
