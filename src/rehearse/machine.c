// SPDX-License-Identifier: GPL-2.0-or-later
#include "rehearse/machine.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/macros.h"
#include "lib/text.h"
#include "peers/run.h"

#define QEMU "qemu-system-x86_64"

static const struct machine_bus buses[] = {
	{ "virtio_blk",
	  "virtio",
	  { "virtio-blk-pci,drive=scratch" },
	  { "virtio_pci", "virtio_blk" } },
	{ "nvme", "NVMe", { "nvme,drive=scratch,serial=scratch" }, { "nvme" } },
	{ "ahci",
	  "AHCI",
	  { "ich9-ahci,id=bus", "ide-hd,drive=scratch,bus=bus.0" },
	  { "ahci", "sd_mod" } },
	{ "virtio_scsi",
	  "virtio-scsi",
	  { "virtio-scsi-pci,id=bus", "scsi-hd,drive=scratch,bus=bus.0" },
	  { "virtio_pci", "virtio_scsi", "sd_mod" } },
	{ "megaraid_sas",
	  "megasas",
	  { "megasas,id=bus", "scsi-hd,drive=scratch,bus=bus.0" },
	  { "megaraid_sas", "sd_mod" } },
	{ "mptsas",
	  "mptsas1068",
	  { "mptsas1068,id=bus", "scsi-hd,drive=scratch,bus=bus.0" },
	  { "mptsas", "sd_mod" } },
	{ "vmw_pvscsi",
	  "pvscsi",
	  { "pvscsi,id=bus", "scsi-hd,drive=scratch,bus=bus.0" },
	  { "vmw_pvscsi", "sd_mod" } },
	{ "usb_storage",
	  "USB",
	  { "qemu-xhci", "usb-storage,drive=scratch" },
	  { "xhci_pci", "usb_storage", "sd_mod" } },
};

const struct machine_bus *machine_bus_of(const char *driver)
{
	for (size_t i = 0; i < ARRAY_SIZE(buses); i++)
		if (!strcmp(buses[i].driver, driver))
			return &buses[i];
	return NULL;
}

const struct machine_bus *machine_bus_at(size_t index)
{
	return index < ARRAY_SIZE(buses) ? &buses[index] : NULL;
}

const struct machine_bus *machine_bus_default(void)
{
	return &buses[0];
}

bool machine_is_there(const char *arch)
{
	/* No other architecture has kexec_file_load(2) in all distributions. */
	return !strcmp(arch, "x86_64") && run_is_there(QEMU);
}

/* Documentation/arch/x86/boot.rst: the header of a bzImage */
#define BOOT_HEADER_AT	0x1fe
#define BOOT_HEADER_LEN 0x3a
#define BOOT_FLAG_AT	0x00 /* each from the header's begin on */
#define BOOT_MAGIC_AT	0x04
#define BOOT_VERSION_AT 0x08
#define BOOT_XFLAGS_AT	0x38
#define XFLAGS_VERSION	0x20c
#define XFLAG_64_BIT	1

static unsigned int le16(const unsigned char *at)
{
	return at[0] | (unsigned int)at[1] << 8;
}

const char *machine_refuses(int kernel_fd)
{
	unsigned char header[BOOT_HEADER_LEN];
	struct stat st;

	if (fstat(kernel_fd, &st))
		return strerror(errno);
	if (!S_ISREG(st.st_mode))
		return "is no regular file";
	if (pread(kernel_fd, header, sizeof(header), BOOT_HEADER_AT) !=
		    (ssize_t)sizeof(header) ||
	    le16(header + BOOT_FLAG_AT) != 0xaa55 ||
	    memcmp(header + BOOT_MAGIC_AT, "HdrS", 4))
		return "is no kernel for x86 (a bzImage)";
	if (le16(header + BOOT_VERSION_AT) < XFLAGS_VERSION ||
	    !(le16(header + BOOT_XFLAGS_AT) & XFLAG_64_BIT))
		return "is a kernel of 32 bits, or older than Linux 3.8";
	return NULL;
}

#define ARGUMENTS_MAX 48

struct arguments {
	const char *argv[ARGUMENTS_MAX];
	size_t count;
	char text[6][80]; /* those that are made here */
};

static void add(struct arguments *to, const char *option, const char *value)
{
	if (to->count + 3 > ARGUMENTS_MAX)
		return;
	to->argv[to->count++] = option;
	if (value)
		to->argv[to->count++] = value;
}

/*
 * A full folder of the scratch disk is told to the machine (werror), which
 * would stand still otherwise.
 *
 * TCG only: /dev/kvm may be there and accept a machine that never runs. A fifth
 * level of page tables, and the string instructions that TCG does byte by byte,
 * would make it several times slower (measured with Linux 6.1 and 7.2). All
 * else that the processor can have is there: programs of RHEL 10 need
 * x86-64-v3, which QEMU's TCG has from 7.2 on.
 */
static void make_arguments(const struct machine *machine, struct arguments *to)
{
	snprintf(to->text[0], sizeof(to->text[0]), "%" PRIu64,
		 machine->ram_mib);
	snprintf(to->text[1], sizeof(to->text[0]), "/proc/self/fd/%d",
		 machine->kernel_fd);
	snprintf(to->text[2], sizeof(to->text[0]), "/proc/self/fd/%d",
		 machine->initrd_fd);
	add(to, QEMU, NULL);
	add(to, "-M", "q35");
	add(to, "-cpu", "max,-la57,-erms,-fsrm,-svm");
	add(to, "-accel", "tcg");
	add(to, "-smp", "1");
	add(to, "-m", to->text[0]);
	add(to, "-nodefaults", NULL);
	add(to, "-no-user-config", NULL);
	add(to, "-no-reboot", NULL);
	add(to, "-display", "none");
	add(to, "-monitor", "none");
	add(to, "-kernel", to->text[1]);
	add(to, "-initrd", to->text[2]);
	add(to, "-append", machine->append);
	add(to, "-serial", "stdio");
	if (machine->tell_fd >= 0) {
		snprintf(to->text[3], sizeof(to->text[0]),
			 "file:/proc/self/fd/%d", machine->tell_fd);
		add(to, "-serial", to->text[3]);
	}
	if (machine->disk_fd >= 0) {
		snprintf(to->text[4], sizeof(to->text[0]),
			 "file=/proc/self/fd/%d,format=raw,if=none,"
			 "id=scratch,werror=report",
			 machine->disk_fd);
		add(to, "-drive", to->text[4]);
		for (size_t i = 0; i < 3 && machine->bus->devices[i]; i++)
			add(to, "-device", machine->bus->devices[i]);
	}
	to->argv[to->count] = NULL;
}

struct starting {
	const struct machine *machine;
	struct arguments arguments;
	pid_t parent;
};

/* Where memory runs out, this is what is killed first. */
static void give_way(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd >= 0) {
		(void)!write(fd, "1000", 4);
		close(fd);
	}
}

static void become(const void *arg, int out)
{
	const struct starting *starting = arg;
	const struct machine *machine = starting->machine;
	const int keep[] = { machine->kernel_fd, machine->initrd_fd,
			     machine->disk_fd, machine->tell_fd };
	int null = open("/dev/null", O_RDWR);

	/* Killed with us, however we end. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != starting->parent)
		_exit(126);
	setpgid(0, 0);
	give_way();
	errno = 0;
	if (nice(10) == -1 && errno)
		_exit(126);
	for (size_t i = 0; i < ARRAY_SIZE(keep); i++)
		if (keep[i] >= 0 && fcntl(keep[i], F_SETFD, 0))
			_exit(126);
	if (null < 0 || dup2(null, 0) < 0 || dup2(out, 1) < 0 ||
	    dup2(out, 2) < 0 || setenv("PATH", RUN_PATH, 1))
		_exit(126);
	execvp(starting->arguments.argv[0],
	       (char *const *)starting->arguments.argv);
}

static int take_console(void *lines, const char *buf, size_t len)
{
	lines_feed(lines, buf, len);
	return 0;
}

/* The machine's lines, and QEMU's own among them. */
struct listening {
	line_fn fn;
	void *arg;
	bool is_ended; /* by a signal that QEMU ends with status 0 on */
	char *why;
	size_t size;
};

static void listen(void *arg, const struct line *line)
{
	struct listening *listening = arg;
	char text[300], *words;

	text_copy(line->text, text, sizeof(text));
	words = strstr(text, QEMU ": ");
	if (words) {
		snprintf(listening->why, listening->size, "%s", words);
		if (strstr(words, ": terminating on signal "))
			listening->is_ended = true;
	}
	listening->fn(listening->arg, line);
}

/* What run_child() said, as an error; why says it if QEMU itself did not. */
static int ended(const struct listening *listening, int status)
{
	if (status == -ETIMEDOUT)
		snprintf(listening->why, listening->size,
			 QEMU " did not end in time");
	else if (status < 0)
		snprintf(listening->why, listening->size, QEMU ": %s",
			 strerror(-status));
	else if (status > 128)
		snprintf(listening->why, listening->size,
			 QEMU " was ended by signal %d", status - 128);
	else if (status && !listening->why[0])
		snprintf(listening->why, listening->size,
			 QEMU " failed with exit status %d", status);
	if (status > 128 || (!status && listening->is_ended))
		return -EINTR;
	return status > 0 ? -EIO : status;
}

int machine_run(const struct machine *machine, line_fn fn, void *arg, char *why,
		size_t size)
{
	static struct lines lines;
	struct starting starting = { .machine = machine, .parent = getpid() };
	struct listening listening = { fn, arg, false, why, size };
	int status;

	why[0] = '\0';
	make_arguments(machine, &starting.arguments);
	lines_begin(&lines, listen, &listening);
	status = run_child(become, &starting, machine->seconds_limit,
			   take_console, &lines);
	return ended(&listening, status);
}
