/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef OWNER_H
#define OWNER_H

/* Who chose a value that is in force. */
enum owner {
	OWNER_NOBODY, /* not set */
	OWNER_OURS,
	OWNER_DISTRIBUTION,
	OWNER_ADMINISTRATOR,
};

/* As people and programs are told. */
const char *owner_name(enum owner owner);

#endif
