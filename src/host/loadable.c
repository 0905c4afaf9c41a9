// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/loadable.h"

#include <stdio.h>
#include <string.h>

#include "lib/macros.h"

#define CONFIG_BYTES_MAX (UINT64_C(4) << 20)
/* A distribution's has 8,000 and more: what is not in it is not set. */
#define CONFIG_LINES_WHOLE 1000

static bool read_text(const struct root *root, const char *path, char *buf,
		      size_t size, struct text *out)
{
	ssize_t len = root_read(root, buf, size, "%s", path);

	if (len > 0 && buf[len - 1] == '\n')
		len--;
	*out = text_trim((struct text){ buf, len < 0 ? 0 : (size_t)len });
	return len >= 0;
}

static void read_sysctls(const struct root *root, struct load_facts *out)
{
	char buf[32];
	struct text text;
	uint64_t number;

	out->have_disabled = !root_read_u64(
		root, &number, "proc/sys/kernel/kexec_load_disabled");
	out->disabled = out->have_disabled && number != 0;
	/* -1 is no limit. */
	out->have_limit =
		read_text(root, "proc/sys/kernel/kexec_load_limit_panic", buf,
			  sizeof(buf), &text);
	out->limit_reached = out->have_limit && text_equal(text, "0");
}

/* "none [integrity] confidentiality": the one in brackets is in force. */
static void read_lockdown(const struct root *root, struct load_facts *out)
{
	char buf[128];
	struct text rest, word;

	if (!read_text(root, "sys/kernel/security/lockdown", buf, sizeof(buf),
		       &rest))
		return;
	while (text_word(&rest, &word))
		if (text_starts(word, "[")) {
			out->have_lockdown = true;
			out->locked_down = !text_equal(word, "[none]");
		}
}

/*
 * Notes of systemd and podman, below /run: a file that another program leaves
 * in the root of an image would be there on a machine made of it, too.
 */
static void look_for_container(const struct root *root, struct load_facts *out)
{
	out->is_container = root_exists(root, "run/systemd/container") ||
			    root_exists(root, "run/.containerenv");
}

/* /proc/xen tells the control domain; Documentation/ABI has guest_type. */
static void read_xen(const struct root *root, struct load_facts *out)
{
	char buf[128];
	struct text text;

	out->have_xen = read_text(root, "sys/hypervisor/type", buf, sizeof(buf),
				  &text) &&
			text_equal(text, "xen");
	if (read_text(root, "proc/xen/capabilities", buf, sizeof(buf), &text) &&
	    text_contains(text, "control_d"))
		out->have_xen = out->xen_dom0 = true;
	if (out->have_xen && read_text(root, "sys/hypervisor/guest_type", buf,
				       sizeof(buf), &text))
		out->xen_pv = text_equal(text, "PV");
}

/* Documentation/ABI/testing/sysfs-kernel-fadump; before 5.9 in /sys/kernel */
static bool read_fadump_flag(const struct root *root, const char *name,
			     bool *out)
{
	uint64_t number;

	if (root_read_u64(root, &number, "sys/kernel/fadump/%s", name) &&
	    root_read_u64(root, &number, "sys/kernel/fadump_%s", name))
		return false;
	*out = number != 0;
	return true;
}

static void look_for_interface(const struct root *root, struct load_facts *out)
{
	static const char *const files[] = {
		"sys/kernel/kexec_crash_loaded",
		"sys/kernel/kexec_crash_size",
		"sys/kernel/kexec/crash_loaded",
		"sys/kernel/kexec/crash_size",
	};

	out->have_sys_kernel = root_exists(root, "sys/kernel");
	out->no_interface = out->have_sys_kernel;
	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		if (root_exists(root, "%s", files[i]))
			out->no_interface = false;
	out->no_crash_interface =
		out->no_interface &&
		(root_exists(root, "sys/kernel/kexec_loaded") ||
		 root_exists(root, "sys/kernel/kexec/loaded"));
}

static const char *const options[KERNEL_OPTIONS] = {
	[KERNEL_KEXEC_CORE] = "CONFIG_KEXEC_CORE",
	[KERNEL_KEXEC] = "CONFIG_KEXEC",
	[KERNEL_KEXEC_FILE] = "CONFIG_KEXEC_FILE",
	[KERNEL_CRASH_DUMP] = "CONFIG_CRASH_DUMP",
	[KERNEL_RV] = "CONFIG_RV",
};

struct config_file {
	enum option_state *states;
	uint64_t lines;
};

/* "CONFIG_KEXEC=y" or "# CONFIG_KEXEC is not set" */
static void config_line(void *arg, const struct line *line)
{
	struct config_file *file = arg;

	file->lines++;
	for (unsigned int i = 0; i < KERNEL_OPTIONS; i++) {
		struct text text = line->text;
		bool comment = text_skip(&text, "# ");

		if (!text_skip(&text, options[i]))
			continue;
		if (comment ? text_equal(text, " is not set")
			    : text_equal(text, "=n"))
			file->states[i] = OPTION_OFF;
		else if (!comment && text_equal(text, "=y"))
			file->states[i] = OPTION_ON;
	}
}

static void read_config(const struct root *root, const char *release,
			struct load_facts *out)
{
	static const char *const paths[] = {
		"boot/config-%s",
		"usr/lib/modules/%s/config",
		"lib/modules/%s/config",
	};
	struct config_file file = { .states = out->options };
	char path[128];
	int err = -1;

	if (!release[0] || strchr(release, '/'))
		return;
	for (size_t i = 0; err && i < ARRAY_SIZE(paths); i++) {
		snprintf(path, sizeof(path), paths[i], release);
		err = root_lines(root, CONFIG_BYTES_MAX, config_line, &file,
				 "%s", path);
	}
	for (unsigned int i = 0; i < KERNEL_OPTIONS; i++)
		if (err)
			out->options[i] = OPTION_UNKNOWN;
		else if (i != KERNEL_RV && file.lines >= CONFIG_LINES_WHOLE &&
			 out->options[i] == OPTION_UNKNOWN)
			out->options[i] = OPTION_OFF;
}

void loadable_collect(const struct root *root, const struct facts *facts,
		      struct load_facts *out)
{
	memset(out, 0, sizeof(*out));
	read_sysctls(root, out);
	read_lockdown(root, out);
	read_xen(root, out);
	out->have_fadump = read_fadump_flag(root, "enabled", &out->fadump);
	(void)!read_fadump_flag(root, "registered", &out->fadump_registered);
	look_for_container(root, out);
	look_for_interface(root, out);
	read_config(root, facts->release, out);
}

bool loadable_is_fadump(const struct load_facts *load,
			const struct facts *facts)
{
	struct text rest = text_of(facts->cmdline), word;

	if (load->have_fadump)
		return load->fadump;
	while (facts->have_cmdline && text_word(&rest, &word))
		if (text_equal(word, "fadump=on") ||
		    text_equal(word, "fadump=nocma"))
			return true;
	return false;
}

/* No kernel for these has the system call, whatever its configuration. */
static bool never_has_kexec_file(const char *machine)
{
	return !strncmp(machine, "armv", 4) ||
	       (machine[0] == 'i' && streq(machine + 2, "86"));
}

enum cannot_load loadable_check(const struct load_facts *load,
				const struct facts *facts)
{
	bool no_file = load->options[KERNEL_KEXEC_FILE] == OPTION_OFF ||
		       never_has_kexec_file(facts->machine);

	if (load->is_container)
		return CANNOT_LOAD_CONTAINER;
	if ((facts->kexec.have_crash_loaded && facts->kexec.crash_loaded) ||
	    (facts->have_capture_kernel && facts->is_capture_kernel))
		return CANNOT_LOAD_NONE;
	if (load->xen_dom0)
		return CANNOT_LOAD_XEN_DOM0;
	if (load->xen_pv)
		return CANNOT_LOAD_XEN_PV;
	if (loadable_is_fadump(load, facts))
		return CANNOT_LOAD_FADUMP;
	if (load->options[KERNEL_CRASH_DUMP] == OPTION_OFF ||
	    load->no_crash_interface)
		return CANNOT_LOAD_NO_DUMP;
	if (load->options[KERNEL_KEXEC_CORE] == OPTION_OFF ||
	    (load->options[KERNEL_KEXEC] == OPTION_OFF && no_file) ||
	    load->no_interface)
		return CANNOT_LOAD_NO_KEXEC;
	if (load->have_disabled && load->disabled)
		return CANNOT_LOAD_DISABLED;
	if (load->have_limit && load->limit_reached)
		return CANNOT_LOAD_LIMIT;
	if (load->have_lockdown && load->locked_down && no_file)
		return CANNOT_LOAD_LOCKDOWN;
	return CANNOT_LOAD_NONE;
}

static const struct {
	const char *name;
	const char *text;
} reasons[CANNOT_LOAD_REASONS] = {
	[CANNOT_LOAD_CONTAINER] = { "container",
				    "this is a container, whose kernel is its "
				    "host's: install kdump-dma there" },
	[CANNOT_LOAD_XEN_DOM0] = { "xen-dom0",
				   "this is Xen's control domain, whose crash "
				   "kernel the hypervisor loads: put "
				   "crashkernel= on Xen's own command line" },
	[CANNOT_LOAD_XEN_PV] = { "xen-pv",
				 "a paravirtual guest of Xen cannot load a "
				 "capture kernel: its dump is made from "
				 "outside (on_crash= of its configuration)" },
	[CANNOT_LOAD_FADUMP] = { "fadump",
				 "firmware makes the dump (fadump=on), and "
				 "crashkernel= is the size of its "
				 "reservation: kdump-dma leaves it alone" },
	[CANNOT_LOAD_NO_KEXEC] = { "no-kexec",
				   "this kernel was built without kexec "
				   "(CONFIG_KEXEC, CONFIG_KEXEC_FILE): nothing "
				   "can be loaded until another one is "
				   "booted" },
	[CANNOT_LOAD_NO_DUMP] = { "no-crash-dump",
				  "this kernel was built without "
				  "CONFIG_CRASH_DUMP: no dump can be made "
				  "until another one is booted" },
	[CANNOT_LOAD_DISABLED] = { "kexec-load-disabled",
				   "kernel.kexec_load_disabled is 1: nothing "
				   "can be loaded until it is not set by "
				   "sysctl.d and the machine was rebooted" },
	[CANNOT_LOAD_LIMIT] = { "kexec-load-limit",
				"kernel.kexec_load_limit_panic is 0: nothing "
				"can be loaded until it is not set by sysctl.d "
				"and the machine was rebooted" },
	[CANNOT_LOAD_LOCKDOWN] = { "lockdown",
				   "the kernel is locked down, as Secure Boot "
				   "does it, and has no kexec_file_load "
				   "(CONFIG_KEXEC_FILE): nothing can be loaded "
				   "until Secure Boot is off or another kernel "
				   "is booted" },
};

const char *loadable_name(enum cannot_load why)
{
	return reasons[why].name;
}

const char *loadable_text(enum cannot_load why)
{
	return reasons[why].text;
}

size_t loadable_config_lines(const struct load_facts *load, char *buf,
			     size_t size)
{
	size_t len = 0;

	buf[0] = '\0';
	for (unsigned int i = 0; i < KERNEL_OPTIONS && len < size; i++)
		if (load->options[i] == OPTION_ON)
			len += (size_t)snprintf(buf + len, size - len, "%s=y\n",
						options[i]);
		else if (load->options[i] == OPTION_OFF)
			len += (size_t)snprintf(buf + len, size - len,
						"# %s is not set\n",
						options[i]);
	return len < size ? len : size - 1;
}
