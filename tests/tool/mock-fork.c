// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Preloaded into a capture (/etc/ld.so.preload): in the init's steps, not in
 * PID 1, fork() and execve() fail as they do without memory, as often as the
 * length of the file /fork-fails and /exec-fails says: each failure takes a
 * byte.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int is_to_fail(const char *count)
{
	char self[64] = "";
	struct stat st;

	if (getpid() == 1 ||
	    readlink("/proc/self/exe", self, sizeof(self) - 1) < 0 ||
	    strcmp(self, "/init") || stat(count, &st) || st.st_size == 0)
		return 0;
	return truncate(count, st.st_size - 1) == 0;
}

pid_t fork(void)
{
	if (is_to_fail("/fork-fails")) {
		errno = EAGAIN;
		return -1;
	}
	return ((pid_t(*)(void))dlsym(RTLD_NEXT, "fork"))();
}

int execve(const char *path, char *const argv[], char *const envp[])
{
	if (is_to_fail("/exec-fails")) {
		errno = ENOMEM;
		return -1;
	}
	return ((int (*)(const char *, char *const[], char *const[]))dlsym(
		RTLD_NEXT, "execve"))(path, argv, envp);
}
