// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * PID 1 of the guest that tests/e2e/crashes/run crashes: it loads the capture
 * kernel and image, puts the machine under load, and after some time crashes
 * it. The command line says how: at=MILLISECONDS of load, and kind= one of
 *	sysrq	sysrq-trigger
 *	nmi	nothing: the host sends an NMI, whatever the CPU is at
 *	call	crash.c, which the kernel has built in, counts from then on
 */
#include <fcntl.h>
#include <linux/kexec.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define MIB (1 << 20)

static void fail(const char *what)
{
	perror(what);
	sync();
	reboot(RB_AUTOBOOT);
	for (;;)
		pause();
}

static int put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	int put = fd >= 0 && write(fd, text, strlen(text)) > 0;

	if (fd >= 0)
		close(fd);
	return put;
}

static void load_capture_kernel(void)
{
	int kernel = open("/kernel", O_RDONLY),
	    image = open("/image", O_RDONLY);
	static char words[1024];
	int fd = open("/words", O_RDONLY);

	if (fd < 0 || read(fd, words, sizeof(words) - 1) < 0)
		fail("words");
	if (syscall(SYS_kexec_file_load, kernel, image, strlen(words) + 1,
		    words, (unsigned long)KEXEC_FILE_ON_CRASH))
		fail("kexec_file_load");
}

/* Anonymous memory comes and goes. */
static void use_memory(unsigned int seed)
{
	for (;;) {
		size_t len = (size_t)(1 + rand_r(&seed) % 24) * MIB;
		char *at = mmap(NULL, len, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		for (size_t i = 0; at != MAP_FAILED && i < len; i += 4096)
			at[i] = (char)rand_r(&seed);
		if (at != MAP_FAILED)
			munmap(at, len);
	}
}

/* The target's file system is in the middle of something. */
static void use_disk(unsigned int seed)
{
	static char chunk[65536];
	char path[64];

	for (;;) {
		int fd, count = rand_r(&seed) % 8;

		snprintf(path, sizeof(path), "/disk/f%d", rand_r(&seed) % 32);
		fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
		for (int i = 0; fd >= 0 && i < count; i++)
			(void)!write(fd, chunk, sizeof(chunk));
		if (fd >= 0 && rand_r(&seed) % 4 == 0)
			fsync(fd);
		if (fd >= 0)
			close(fd);
		if (rand_r(&seed) % 3 == 0)
			unlink(path);
	}
}

/* Processes and pipes: runqueues, slab, timers. */
static void use_scheduler(unsigned int seed)
{
	char byte = 0;
	int pipes[2];

	for (;;) {
		if (pipe(pipes))
			continue;
		if (fork() == 0) {
			(void)!read(pipes[0], &byte, 1);
			_exit(0);
		}
		usleep((useconds_t)rand_r(&seed) % 2000);
		(void)!write(pipes[1], &byte, 1);
		wait(NULL);
		close(pipes[0]);
		close(pipes[1]);
	}
}

static void mount_all(void)
{
	mkdir("/proc", 0755);
	mkdir("/sys", 0755);
	mkdir("/disk", 0755);
	mkdir("/dev", 0755);
	if (mount("proc", "/proc", "proc", 0, NULL) ||
	    mount("sysfs", "/sys", "sysfs", 0, NULL) ||
	    mount("devtmpfs", "/dev", "devtmpfs", 0, NULL))
		fail("mount");
	for (int i = 0; i < 50 && access("/dev/vda", F_OK); i++)
		usleep(100000);
	if (mount("/dev/vda", "/disk", "ext4", 0, NULL))
		fail("/dev/vda");
}

static void crash(const char *kind)
{
	if (!strcmp(kind, "sysrq"))
		put("/proc/sysrq-trigger", "c");
	else if (!strcmp(kind, "call"))
		put("/sys/module/crash/parameters/armed", "1");
	sleep(30); /* the call, an NMI, or a watchdog comes */
	fail("it did not crash");
}

int main(void)
{
	static void (*const loads[])(unsigned int) = { use_memory, use_disk,
						       use_scheduler };
	const char *at = getenv("at"), *kind = getenv("kind");

	mount_all();
	load_capture_kernel();
	put("/proc/sys/kernel/panic_on_oops", "1");
	put("/proc/sys/kernel/unknown_nmi_panic", "1");
	put("/proc/sys/kernel/softlockup_panic", "1");
	put("/proc/sys/kernel/watchdog_thresh", "5");
	for (unsigned int i = 0; i < 6; i++)
		if (fork() == 0)
			loads[i % 3](i + 1);
	printf("under load\n");
	fflush(stdout);
	usleep((useconds_t)atoi(at ? at : "0") * 1000);
	printf("crash: %s\n", kind ? kind : "");
	fflush(stdout);
	crash(kind ? kind : "sysrq");
}
