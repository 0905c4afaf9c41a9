/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Could a capture kernel be loaded here at all? */
#ifndef LOADABLE_H
#define LOADABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "facts/facts.h"
#include "lib/root.h"

/* Why it could not, in the order in which the causes are looked for. */
enum cannot_load {
	CANNOT_LOAD_NONE,      /* nothing that is known */
	CANNOT_LOAD_CONTAINER, /* the kernel is the host's */
	CANNOT_LOAD_XEN_DOM0, /* the hypervisor loads it, and reserves for it */
	CANNOT_LOAD_XEN_PV,   /* a guest that is dumped from outside */
	CANNOT_LOAD_FADUMP,   /* powerpc's firmware makes the dump */
	CANNOT_LOAD_NO_KEXEC, /* the kernel was built without */
	CANNOT_LOAD_NO_DUMP,  /* without CONFIG_CRASH_DUMP */
	CANNOT_LOAD_DISABLED, /* kernel.kexec_load_disabled */
	CANNOT_LOAD_LIMIT,    /* kernel.kexec_load_limit_panic, Linux 6.3 */
	CANNOT_LOAD_LOCKDOWN, /* and no kexec_file_load(2) */
	CANNOT_LOAD_REASONS,
};

/* Options of the running kernel's configuration. */
enum kernel_option {
	KERNEL_KEXEC_CORE, /* of both that follow */
	KERNEL_KEXEC,
	KERNEL_KEXEC_FILE,
	KERNEL_CRASH_DUMP,
	KERNEL_RV, /* runtime verification */
	KERNEL_OPTIONS,
};

enum option_state { OPTION_UNKNOWN, OPTION_ON, OPTION_OFF };

struct load_facts {
	bool have_disabled;
	bool disabled;
	bool have_limit; /* of loads that are left; none is not a limit */
	bool limit_reached;
	bool have_lockdown;
	bool locked_down;
	bool is_container;
	bool have_xen; /* it runs on Xen */
	bool xen_dom0;
	bool xen_pv;
	/* /sys/kernel is there, without kexec_crash_loaded, kexec_crash_size */
	bool have_sys_kernel;
	bool no_interface;
	bool no_crash_interface; /* but kexec_loaded: Linux 6.8 and later */
	/* 0 where firmware cannot, whatever the command line asks for */
	bool have_fadump;
	bool fadump;
	bool fadump_registered; /* a crash is saved by it */
	enum option_state options[KERNEL_OPTIONS];
};

/* Never fails: the have_ flag of what cannot be read is off. */
void loadable_collect(const struct root *root, const struct facts *facts,
		      struct load_facts *out);

/*
 * Pure. If an image is loaded, nothing prevents loading; what a container sees
 * is its host's.
 */
enum cannot_load loadable_check(const struct load_facts *load,
				const struct facts *facts);

/* Pure. Does fadump= take crashkernel='s size for its own reservation? */
bool loadable_is_fadump(const struct load_facts *load,
			const struct facts *facts);

/* "xen-dom0", ...: stable, for programs; NULL for none */
const char *loadable_name(enum cannot_load why);
/* For people: why, and what to do about it; NULL for none */
const char *loadable_text(enum cannot_load why);

/*
 * The lines of a kernel's configuration that loadable_collect() reads, as they
 * stand there or "# CONFIG_... is not set"; the bytes that were written.
 */
size_t loadable_config_lines(const struct load_facts *load, char *buf,
			     size_t size);

#endif
