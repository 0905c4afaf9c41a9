/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAPTURE_NETWORK_H
#define CAPTURE_NETWORK_H

/*
 * A step: set up the network. Ports are found by their MAC ("port=MAC NAME" in
 * the configuration) and renamed, then "ip -batch" runs the commands of
 * /etc/kdump-dma-network. 0 or -errno, after an event.
 */
int network_up(void);

/* Add an event for each port without carrier. */
void network_say_carrier(void);

#endif
