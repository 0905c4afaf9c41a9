/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ASK_H
#define ASK_H

#include "config/config.h"
#include "lib/root.h"

/*
 * Ask the backend's program for its default of crashkernel=, and keep the
 * answer (see asked.h). Under the lock, by verbs that change something. No
 * answer is no error: what is known of before stays. Below a root that is not
 * "/" nobody is asked.
 */
void ask_backend(const struct root *root, const struct config *config);

#endif
