// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/node.h"

#include <stdio.h>

void node_of(const char *name, char *node, size_t size)
{
	snprintf(node, size, "/dev/%s", name);
	for (char *at = node; *at; at++)
		if (*at == '!')
			*at = '/';
}
