// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/capture_cmdline.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#include "config/cmdline.h"
#include "lib/macros.h"
#include "lib/text.h"

#define NAME_MAX_BYTES 128

/*
 * Words of the running kernel's command line that the capture kernel must not
 * get: names, separated by blanks. A name is a glob(7) pattern for the part
 * before "=", without quotes. "-" and "_" are equal in it, as they are to the
 * kernel (parameq() in kernel/params.c), and "/" and ".", as in sysctl words.
 */
static const char *const drops[] = {
	/* Its memory is the reservation, and it reserves none itself. */
	"crashkernel fadump mem memmap reserve_mem movablecore kernelcore "
	"movable_node efi_fake_mem memory_corruption_check",
	/* Memory: it was chosen for a machine with all of it. */
	"hugepages hugepagesz default_hugepagesz hugetlb_cma hugetlb_* cma "
	"cma_pernuma numa_cma log_buf_len ramdisk_size swiotlb *hash_entries "
	"brd.* memtest slub_* slab_* page_* early_page_ext kmemleak "
	"kasan* kmsan.* kfence.* transparent_hugepage init_on_* "
	"zswap.* retain_initrd keepinitrd debug_* dma_debug* kho kho_scratch",
	/* The kernel sets these before init: memory, and panic=. */
	"sysctl.*",
	/* It has an initramfs of its own, and mounts nothing but the target. */
	"BOOT_IMAGE initrd initrdmem noinitrd initramfs_options root rootflags "
	"rootfstype rootwait rootdelay ro rw "
	"resume resume_offset resumedelay noresume nfsroot nfsaddrs init "
	"rdinit single rescue emergency 1 2 3 4 5 s S netroot ip ifname "
	"systemd.* rd.* udev.* luks.* fstab dm_mod.* md raid",
	/* A cpio archive has no signatures in attributes of files. */
	"ima_* evm",
	/* It runs on one CPU. */
	"nr_cpus maxcpus possible_cpus isolcpus nohz_full rcu_nocbs "
	"rcu_nocb_poll irqaffinity numa",
	/* Debugging takes memory and time. */
	"ftrace ftrace_* trace_* kprobe_event tp_printk* stacktrace* dyndbg "
	"*.dyndbg initcall_debug lockdep* debug ignore_loglevel memblock "
	"boot_delay",
	/* It saves on after what is no panic by itself; that is its last. */
	"oops *_panic *.panic *panic_on_*",
	/* Nobody looks on, and a panic has to end in a reboot. */
	"quiet loglevel splash rhgb panic* softlockup_all_cpu_backtrace "
	"hardlockup_all_cpu_backtrace nmi_watchdog nowatchdog nosoftlockup "
	"watchdog_thresh kgdbwait kgdboc kgdbcon crash_kexec_post_notifiers "
	"pause_on_oops",
};

#define TRACEFS "initcall_blacklist=tracer_init_tracefs"

/* Words that it is given, unless remove= or is_given() leaves one out. */
static const char *const ours[] = {
	/* Drivers reset what the crashed kernel left running. */
	"reset_devices",
	/* A device may still raise the crashed kernel's interrupts. */
	"irqpoll",
	/* Memory: of each CPU, of cgroups, of each node. */
	"nr_cpus=1",
	"cgroup_disable=memory",
	"numa=off",
	"transparent_hugepage=never",
	/* Machine checks of the crash are not its own. */
	"mce=off",
	/* Firmware's error records take memory. */
	"hest_disable",
	/* Memory that comes is not the reservation. */
	"acpi_no_memhotplug",
	/* Drivers' own dumps take memory. */
	"novmcoredd",
	/* 2 MiB of memory. */
	"kfence.sample_interval=0",
	/* A tmpfs takes no more than half of the memory. */
	"rootfstype=ramfs",
	/* Also when there is nothing left that could be killed. */
	"panic=10",
	/* A CPU that spins ends in a reboot. */
	"softlockup_panic=1",
	/* 120 s of spinning: longer than a slow console takes. */
	"watchdog_thresh=60",
	/* Saver and watcher talk to the kernel's log. */
	"printk.devkmsg=on",
	/* Tracefs takes 9.7 MiB (11,000 inodes, 6.1). */
	TRACEFS,
};

/* The word's name, as cmdline_is_named() compares it. A longer one is cut. */
static void name_of(struct text word, char *out, size_t size)
{
	struct text name, value;

	(void)cmdline_parts(word, &name, &value);
	text_copy(name, out, size);
	for (char *at = out; *at; at++)
		*at = *at == '-' ? '_' : *at == '/' ? '.' : *at;
}

static bool is_in(const char *patterns, const char *name)
{
	struct text rest = text_of(patterns), word;
	char pattern[NAME_MAX_BYTES];

	while (text_word(&rest, &word)) {
		name_of(word, pattern, sizeof(pattern));
		if (!fnmatch(pattern, name, 0))
			return true;
	}
	return false;
}

/* Is a word of the running kernel left out? */
static bool is_dropped(const struct capture_cmdline_input *in, struct text word)
{
	char name[NAME_MAX_BYTES], own[NAME_MAX_BYTES];

	name_of(word, name, sizeof(name));
	if (is_in(in->remove, name))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(drops); i++)
		if (is_in(drops[i], name))
			return true;
	/* Words of ours follow later, or are left out for a reason. */
	for (size_t i = 0; i < ARRAY_SIZE(ours); i++) {
		if (streq(ours[i], TRACEFS)) /* a line may have several */
			continue;
		name_of(text_of(ours[i]), own, sizeof(own));
		if (streq(own, name))
			return true;
	}
	return false;
}

/* irqpoll hangs a capture kernel of Amazon's Graviton at the console. */
static bool is_graviton(const struct capture_cmdline_input *in)
{
	return streq(in->machine, "aarch64") &&
	       !strncmp(in->sys_vendor, "Amazon", strlen("Amazon"));
}

/*
 * Kernels 6.0 to 6.16 that have monitors of runtime verification (CONFIG_RV)
 * die without tracefs. Only if the kernel's configuration says so there are
 * none.
 */
static bool is_without_rv(const struct capture_cmdline_input *in)
{
	return in->kernel_config && text_has_line(text_of(in->kernel_config),
						  "# CONFIG_RV is not set");
}

static bool is_given(const struct capture_cmdline_input *in, const char *word)
{
	char name[NAME_MAX_BYTES];

	name_of(text_of(word), name, sizeof(name));
	if (is_in(in->remove, name))
		return false;
	if (streq(word, "irqpoll"))
		return !is_graviton(in);
	return !streq(word, TRACEFS) || is_without_rv(in);
}

bool capture_cmdline_makes_tracefs(const struct capture_cmdline_input *in)
{
	return !is_given(in, TRACEFS);
}

int capture_cmdline_make(const struct capture_cmdline_input *in, char *out,
			 size_t size)
{
	struct text rest = text_of(in->running), word;
	bool is_whole;
	int err = 0;

	out[0] = '\0';
	/* Words after "--" are for init. Ours have to come before it. */
	while (!err && cmdline_word(&rest, &word, &is_whole))
		/* An open quote would take in the words after it. */
		if (is_whole && !is_dropped(in, word))
			err = cmdline_add(out, size, word);
	for (size_t i = 0; !err && i < ARRAY_SIZE(ours); i++)
		if (is_given(in, ours[i]))
			err = cmdline_add(out, size, text_of(ours[i]));
	rest = text_trim(text_of(in->append));
	if (!err && rest.len)
		err = cmdline_add(out, size, rest);
	if (err)
		out[0] = '\0';
	return err;
}
