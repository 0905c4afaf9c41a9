/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_CHILD_H
#define CAPTURE_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * fork(), which is repeated for some seconds if memory is short: the kernel may
 * be killing a process to free some. -1 and errno if that did not help.
 */
pid_t child_fork(void);

/*
 * waitpid() that does not wait; 0: no child has ended yet. A child that was
 * stopped (SIGSTOP) is continued, because nobody else would do it.
 */
pid_t child_ended(pid_t pid, int *status);

#endif
