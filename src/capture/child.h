/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_CHILD_H
#define CAPTURE_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * fork(), tried again for some seconds where memory is short: something is
 * being killed for it. -1 and errno in the end.
 */
pid_t child_fork(void);

/*
 * waitpid() without waiting. A child that was stopped goes on: there is nobody
 * to type fg. 0: none has ended yet.
 */
pid_t child_ended(pid_t pid, int *status);

#endif
