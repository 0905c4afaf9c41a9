/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The network as this system has it now: the far end's address, the route to
 * it, all links and their addresses. ip(8) and getent(1) are asked where that
 * may be waited for, and what they said is kept in
 * /var/lib/kdump-dma/network.json for those that only read, and for a boot
 * whose network is not up yet.
 */
#ifndef NETWORK_H
#define NETWORK_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/root.h"

#define NETWORK_NAME "network.json"
/* of another far end than the configured one, which "target" was asked about */
#define NETWORK_OTHER_NAME "network-other.json"

/*
 * A name may have several addresses, which a name server gives in any order.
 * That of the choice is taken before all others, or not at all; if it is not
 * among them ("" never is), the first to which a route leads is taken.
 */
struct network_choice {
	const char *address;
	bool is_left_out;
};

/*
 * Ask on the live system: seconds, a minute at most. An object of "host",
 * "address", "route" (ip -j route get) and "links" (ip -j -d address show),
 * which the caller releases; NULL with a sentence in why.
 */
json_t *network_ask(const char *host, const struct network_choice *choice,
		    char *why, size_t size);

/*
 * Keep it, and also what is known of the configured host ("": none is), if it
 * is another one: its captures need that until the configuration names the
 * other. The caller holds the lock. 0 or -errno.
 */
int network_keep(const struct root *root, const json_t *known,
		 const char *configured);

/* What was kept for this host, or NULL. The caller releases it. */
json_t *network_known(const struct root *root, const char *host);

#endif
