// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fail-call FD ROOT CALL N ERROR PROGRAM [ARGUMENT...]: run PROGRAM, below ROOT if that
 * is not "/". Its Nth system call of the number CALL fails with errno ERROR, and is not
 * made; then FD is told. Only the program itself: what it starts is left alone.
 *
 * This is what strace -e inject= does, at a third of its price: seccomp stops the program
 * at this one call, and nowhere else.
 */
#define _GNU_SOURCE
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <fcntl.h>

enum { FD = 1, ROOT, CALL, NTH, ERROR, PROGRAM };

static int listener = -1;

/* With the memory and the open files of its parent, which waits for its exec. */
static int start(void *arg)
{
	char **argv = arg;
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned int)atoi(argv[CALL]), 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = { sizeof(code) / sizeof(*code), code };

	if ((argv[ROOT][1] && (chroot(argv[ROOT]) || chdir("/"))) ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		_exit(125);
	listener = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
				SECCOMP_FILTER_FLAG_NEW_LISTENER |
					SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV,
				&filter);
	if (listener >= 0)
		execv(argv[PROGRAM], argv + PROGRAM);
	_exit(125);
}

/* Until the program and all that it started have ended. */
static void watch(pid_t program, char **argv)
{
	struct pollfd at = { .fd = listener, .events = POLLIN };
	int left = atoi(argv[NTH]);

	while (poll(&at, 1, -1) > 0 && (at.revents & POLLIN)) {
		struct seccomp_notif call = { 0 };
		struct seccomp_notif_resp answer = { 0 };

		if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &call))
			continue; /* it was killed meanwhile */
		answer.id = call.id;
		if ((pid_t)call.pid == program && --left == 0) {
			answer.error = -atoi(argv[ERROR]);
			(void)!write(atoi(argv[FD]), "!", 1);
		} else {
			answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
		}
		(void)ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
	}
}

int main(int argc, char **argv)
{
	static _Alignas(16) char stack[65536];
	pid_t program;
	int status;

	if (argc <= PROGRAM)
		return 125;
	(void)fcntl(atoi(argv[FD]), F_SETFD, FD_CLOEXEC);
	program = clone(start, stack + sizeof(stack),
			CLONE_VM | CLONE_VFORK | CLONE_FILES | SIGCHLD, argv);
	if (program < 0)
		return 125;
	if (listener >= 0)
		watch(program, argv);
	if (waitpid(program, &status, 0) != program)
		return 125;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
