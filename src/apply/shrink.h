/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHRINK_H
#define SHRINK_H

#include <stdbool.h>
#include <stdint.h>

#include "verbs/gather.h"

/*
 * What /sys/kernel/kexec_crash_size should say, if policy wants memory back
 * before the next boot and captures were seen to need less; 0 otherwise.
 * Pure. Before Linux 6.12, and what was given that change, the file counts the
 * main part alone: a value that is right for both is chosen.
 */
uint64_t shrink_target(const struct gathered *all);

/*
 * Unload the capture image and give back what is beyond bytes. The caller
 * loads it again. 0 or -errno, after a message on standard error.
 */
int shrink_to(const struct root *root, uint64_t bytes);

#endif
