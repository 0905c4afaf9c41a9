/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ASK_H
#define ASK_H

#include "config/config.h"
#include "lib/root.h"

/*
 * Ask the backend's program for its default of crashkernel=, and store the
 * answer. Only for verbs that change something; the caller holds the lock.
 * Without an answer, earlier ones stay, and it is no error. Below a root that
 * is not "/" no program is run.
 */
void ask_backend(const struct root *root, const struct config *config);

#endif
