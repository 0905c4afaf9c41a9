// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * session PROGRAM [ARGUMENT...]: run it in a session whose keyring is empty, as that of a
 * service is. "session reload" stands for what loads a capture image: it leaves the file
 * /mock/keyring if root's keyring is in its session's, where the kernel looks for keys.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/keyctl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	if (argc < 2)
		return 1;
	if (!strcmp(argv[1], "reload"))
		return syscall(SYS_keyctl, KEYCTL_SEARCH, KEY_SPEC_SESSION_KEYRING, "keyring",
			       "_uid.0", 0) < 0 ||
		       open("/mock/keyring", O_CREAT | O_WRONLY, 0600) < 0;
	if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) < 0)
		return 125;
	execvp(argv[1], argv + 1);
	return 127;
}
