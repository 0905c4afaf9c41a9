// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Preloaded into the image's init: a machine that is not to be restarted. The
 * file /refuses holds one letter for each way out that is shut: r, reboot(2) is
 * refused; h, it hangs; s, sysrq is refused; 1, PID 1 hangs as soon as it is
 * asked for.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int refuses(char what)
{
	int (*real)(const char *, int) = dlsym(RTLD_NEXT, "open");
	char letters[16] = "";
	int fd = real("/refuses", O_RDONLY);

	if (fd < 0 || read(fd, letters, sizeof(letters) - 1) < 0)
		return 0;
	close(fd);
	return strchr(letters, what) != NULL;
}

int reboot(int how)
{
	(void)how;
	if (refuses('1'))
		close(creat("/asked", 0600));
	while (refuses('h') || refuses('1'))
		pause();
	errno = EPERM;
	return -1;
}

pid_t waitpid(pid_t pid, int *status, int options)
{
	while (getpid() == 1 && access("/asked", F_OK) == 0)
		pause();
	return ((pid_t(*)(pid_t, int *, int))dlsym(RTLD_NEXT, "waitpid"))(
		pid, status, options);
}

int open(const char *path, int flags, ...)
{
	va_list args;
	int mode;

	va_start(args, flags);
	mode = flags & O_CREAT ? va_arg(args, int) : 0;
	va_end(args);
	if (!strcmp(path, "/proc/sysrq-trigger") && refuses('s')) {
		errno = EACCES;
		return -1;
	}
	return ((int (*)(const char *, int, int))dlsym(RTLD_NEXT, "open"))(
		path, flags, mode);
}
