// SPDX-License-Identifier: GPL-2.0-or-later
#include "peers/owner.h"

#include <stdarg.h>
#include <stdio.h>

const char *owner_name(enum owner owner)
{
	static const char *const names[] = { "nobody", "kdump-dma",
					     "distribution", "administrator" };

	return names[owner];
}

void owner_because(struct whose *whose, enum owner owner, const char *format,
		   ...)
{
	va_list args;

	whose->owner = owner;
	va_start(args, format);
	vsnprintf(whose->why, sizeof(whose->why), format, args);
	va_end(args);
}
