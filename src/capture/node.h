/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_NODE_H
#define CAPTURE_NODE_H

#include <stddef.h>

/* /dev/NAME of a block device, where sysfs has "!" for "/" in names. */
void node_of(const char *name, char *node, size_t size);

#endif
