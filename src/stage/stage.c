// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * PID 1 of the machine that QEMU runs for a rehearsal. In the first boot it
 * loads the capture kernel and its image, and crashes. In the second one it
 * mounts the scratch disk and tells, on the second serial line, what the
 * capture left there. The command line says which: "stage=crash" or
 * "stage=tell".
 *
 * Whatever fails ends in a line on the console and a reboot: QEMU is started
 * with -no-reboot, so that is its end.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/kexec.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#define CONSOLE_PREFIX "kdump-dma-stage: "
#define SCRATCH_DEVICE "/dev/vda"
#define SCRATCH_MOUNT  "/scratch"
#define TELL_DEVICE    "/dev/ttyS1"
#define FOLDERS_MAX    64

__attribute__((noreturn)) static void end(void)
{
	sync();
	reboot(RB_AUTOBOOT);
	for (;;)
		pause();
}

__attribute__((noreturn)) static void fail(const char *what)
{
	printf(CONSOLE_PREFIX "%s: %s\n", what, strerror(errno));
	end();
}

static void mount_early(void)
{
	mkdir("/proc", 0755);
	mkdir("/sys", 0755);
	mkdir("/dev", 0755);
	mkdir(SCRATCH_MOUNT, 0755);
	if (mount("proc", "/proc", "proc", 0, NULL) ||
	    mount("sysfs", "/sys", "sysfs", 0, NULL) ||
	    mount("devtmpfs", "/dev", "devtmpfs", 0, NULL))
		fail("mount");
}

/* One line without its end; "" if the file cannot be read. */
static void read_line(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, buf, size - 1);

	buf[n > 0 ? n : 0] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
	if (fd >= 0)
		close(fd);
}

static void crash(void)
{
	static char line[4096];
	int kernel = open("/kernel", O_RDONLY | O_CLOEXEC);
	int image = open("/image", O_RDONLY | O_CLOEXEC);
	int trigger = open("/proc/sysrq-trigger", O_WRONLY | O_CLOEXEC);

	read_line("/cmdline", line, sizeof(line));
	if (kernel < 0 || image < 0 || trigger < 0)
		fail("open");
	if (syscall(SYS_kexec_file_load, kernel, image, strlen(line) + 1, line,
		    (unsigned long)KEXEC_FILE_ON_CRASH))
		fail("kexec_file_load");
	puts(CONSOLE_PREFIX "loaded");
	if (write(trigger, "c", 1) != 1)
		fail("/proc/sysrq-trigger");
	fail("the machine did not crash");
}

/* In the order of the file, which is the order in which they are needed. */
static void load_modules(void)
{
	FILE *list = fopen("/modules", "re");
	char path[256];

	while (list && fgets(path, sizeof(path), list)) {
		int fd;

		path[strcspn(path, "\n")] = '\0';
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0 ||
		    (syscall(SYS_finit_module, fd, "", 0) && errno != EEXIST))
			printf(CONSOLE_PREFIX "%s: %s\n", path,
			       strerror(errno));
		if (fd >= 0)
			close(fd);
	}
	if (list)
		fclose(list);
}

static void mount_scratch(void)
{
	char fstype[32];

	read_line("/fstype", fstype, sizeof(fstype));
	for (int tries = 0; access(SCRATCH_DEVICE, R_OK); tries++) {
		if (tries == 300)
			fail(SCRATCH_DEVICE);
		usleep(100000);
	}
	/* With a partition table the file system is on its first partition. */
	if (mount(access(SCRATCH_DEVICE "1", R_OK) ? SCRATCH_DEVICE
						   : SCRATCH_DEVICE "1",
		  SCRATCH_MOUNT, fstype, MS_RDONLY, NULL))
		fail("mount of the scratch disk");
}

static FILE *open_tell(void)
{
	int fd = open(TELL_DEVICE, O_WRONLY | O_NOCTTY | O_CLOEXEC);
	struct termios raw;

	if (fd < 0 || tcgetattr(fd, &raw))
		fail(TELL_DEVICE);
	cfmakeraw(&raw);
	if (tcsetattr(fd, TCSANOW, &raw))
		fail(TELL_DEVICE);
	return fdopen(fd, "w");
}

static void tell_record(FILE *to, const char *path)
{
	FILE *from = fopen(path, "re");
	char chunk[4096];
	size_t n;

	if (!from)
		return;
	fputs("record\n", to);
	while ((n = fread(chunk, 1, sizeof(chunk), from)) > 0)
		fwrite(chunk, 1, n, to);
	fputs("\n.\n", to);
	fclose(from);
}

static void tell_folder(FILE *to, const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	char path[1100];
	struct stat st;

	if (!dir)
		return;
	fprintf(to, "folder %s\n", folder + strlen(SCRATCH_MOUNT));
	while ((entry = readdir(dir))) {
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		if (!lstat(path, &st) && S_ISREG(st.st_mode))
			fprintf(to, "file %s %lld\n", entry->d_name,
				(long long)st.st_size);
	}
	closedir(dir);
	snprintf(path, sizeof(path), "%s/kdump-dma.json", folder);
	tell_record(to, path);
}

static void tell(void)
{
	char path[512], folder[800];
	struct dirent *entry;
	FILE *to;
	DIR *dir;

	load_modules();
	mount_scratch();
	to = open_tell();
	read_line("/path", path, sizeof(path));
	snprintf(folder, sizeof(folder), SCRATCH_MOUNT "%s", path);
	dir = opendir(folder);
	for (int i = 0; dir && i < FOLDERS_MAX && (entry = readdir(dir));) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(folder, sizeof(folder), SCRATCH_MOUNT "%s/%s", path,
			 entry->d_name);
		tell_folder(to, folder);
		i++;
	}
	fputs("end\n", to);
	fflush(to);
	tcdrain(fileno(to));
}

int main(void)
{
	static char line[4096];

	mount_early();
	setvbuf(stdout, NULL, _IOLBF, 0);
	read_line("/proc/cmdline", line, sizeof(line));
	if (strstr(line, "stage=crash"))
		crash();
	else if (strstr(line, "stage=tell"))
		tell();
	end();
}
