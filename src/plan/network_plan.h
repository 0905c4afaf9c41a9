/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The network of the capture kernel: what ip(8) is told there, so that the far
 * end is reached as it is reached now, without a name server, a lease or a
 * network manager. Pure: made from what ip(8) said of this system.
 */
#ifndef NETWORK_PLAN_H
#define NETWORK_PLAN_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define NETWORK_COMMANDS_MAX 64
#define NETWORK_COMMAND_MAX  400
#define NETWORK_PORTS_MAX    8
#define NETWORK_NAME_MAX     16 /* IFNAMSIZ */
#define NETWORK_WHY_MAX	     256
#define NETWORK_MAC_MAX	     64

struct network_port {
	char device[NETWORK_NAME_MAX]; /* as it is called here: eth0 */
	char name[NETWORK_NAME_MAX];   /* and in the capture kernel: kd0 */
	char mac[NETWORK_MAC_MAX];     /* the permanent one */
};

struct network_plan {
	char why[NETWORK_WHY_MAX]; /* why it cannot be set; "" if it can */
	char far[64];		   /* the far end's address */
	char own[64];		   /* ours */
	bool is_v6;
	bool needs_vlan, needs_bond;
	char commands[NETWORK_COMMANDS_MAX][NETWORK_COMMAND_MAX];
	size_t commands_count;
	struct network_port ports[NETWORK_PORTS_MAX];
	size_t ports_count;
};

/* known: network_known()'s object. Never fails; says why. */
void network_plan_make(const json_t *known, struct network_plan *out);

#endif
