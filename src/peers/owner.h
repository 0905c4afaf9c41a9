/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef OWNER_H
#define OWNER_H

#include <stdbool.h>

/* Who chose a value that is in force. */
enum owner {
	OWNER_NOBODY, /* not set */
	OWNER_OURS,
	OWNER_DISTRIBUTION,
	OWNER_ADMINISTRATOR,
};

/* The owner's name, as it is printed and in --json. */
const char *owner_name(enum owner owner);

#define OWNER_WHY_MAX 320

/* Whose a value is, and the evidence for it. */
struct whose {
	enum owner owner;
	char why[OWNER_WHY_MAX]; /* one clause; "" if nobody set it */
	/* It is in no file of the boot loader, so that its program drops it. */
	bool is_stray;
};

/* Sets the first two. */
__attribute__((format(printf, 3, 4))) void
owner_because(struct whose *whose, enum owner owner, const char *format, ...);

#endif
