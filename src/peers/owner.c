// SPDX-License-Identifier: GPL-2.0-or-later
#include "peers/owner.h"

const char *owner_name(enum owner owner)
{
	static const char *const names[] = { "nobody", "kdump-dma",
					     "distribution", "administrator" };

	return names[owner];
}
